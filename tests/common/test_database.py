"""What the application's role cannot do, tried as that role."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from essaim.common.database import is_append_only
from essaim.themes.models import Theme

pytestmark = pytest.mark.django_db

LEDGERS = [m for m in apps.get_models(include_auto_created=True) if is_append_only(m)]


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return "permission denied" in str(error) or "must be owner" in str(error)
    return False


def test_tests_speak_as_the_application() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, usesuper FROM pg_user WHERE usename = current_user")
        assert cursor.fetchone() == ("essaim_app", False)


@pytest.mark.parametrize("model", LEDGERS, ids=lambda m: m._meta.label)
def test_history_and_ledgers_only_grow(model: type) -> None:
    table = model._meta.db_table  # type: ignore[attr-defined]
    column = model._meta.pk.column  # type: ignore[attr-defined]
    assert refused(f"UPDATE {table} SET {column} = {column}")
    assert refused(f"DELETE FROM {table}")
    assert refused(f"TRUNCATE {table}")
    assert refused(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    assert refused(f"DROP TABLE {table}")


def test_no_table_can_be_truncated_or_lose_its_triggers() -> None:
    for table in connection.introspection.table_names():
        assert refused(f"TRUNCATE {table} CASCADE"), table
        assert refused(f"ALTER TABLE {table} DISABLE TRIGGER ALL"), table


def test_the_application_can_do_its_work() -> None:
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
    theme = Theme.objects.create(slug="essai", name="Essai", name_en="Trial")
    theme.name = "Essais"
    theme.save()
    theme.delete()
