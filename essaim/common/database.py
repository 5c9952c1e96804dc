"""Two database roles: the owner migrates, the application reads and writes.

What a table allows the application is decided here, from the models: tables marked
``append_only`` and the history tables give it SELECT and INSERT and nothing else.
"""

from __future__ import annotations

from typing import Any

import pghistory.models
from django.apps import apps
from django.conf import settings
from django.db import connections


def is_append_only(model: type) -> bool:
    """True for ledgers (``append_only = True`` on the model) and for history tables."""
    return bool(getattr(model, "append_only", False)) or issubclass(
        model, (pghistory.models.Event, pghistory.models.Context)
    )


def application_role() -> str | None:
    """The role web and worker connect as, or None where it is the owner itself."""
    default, owner = settings.DATABASES["default"], settings.DATABASES.get("owner")
    if not owner or default["USER"] == owner["USER"]:
        return None
    return str(default["USER"])


def grant_to_application_role(sender: Any = None, using: str = "owner", **kwargs: Any) -> None:
    """Give the application's role what it needs on every table (idempotent).

    Runs once after all migrations (at the signal of the last app that has models), connected
    as the owner.
    """
    role = application_role()
    last = [config for config in apps.get_app_configs() if config.models_module][-1]
    if role is None or (sender is not None and sender.name != last.name):
        return
    connection = connections[using]
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone() == (role,):
            return
        r = quote(role)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {r}")
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {r}"
        )
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {r}")
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {r}")
        for model in apps.get_models(include_auto_created=True):
            if is_append_only(model) and model._meta.managed:
                table = quote(model._meta.db_table)
                cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON {table} FROM {r}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {r}")
