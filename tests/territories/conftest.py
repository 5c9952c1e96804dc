"""All of France, loaded once for the tests that need it and taken away after them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from essaim.territories.actions import load_territories, refresh_statistics


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that need it come last: the others make territories of their own, which it would meet."""
    items.sort(key=lambda item: "france" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="package")
def france(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The shipped territories, beneath the transaction of each test."""
    with django_db_blocker.unblock():
        load_territories()
        refresh_statistics()
        connections["owner"].close()
    yield
    with django_db_blocker.unblock():
        # 180,000 pairs: only their owner may empty the tables at once.
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "TRUNCATE territories_territory, territories_containment, territories_overlap,"
                " territories_loadedfile CASCADE"
            )
        connections["owner"].close()
