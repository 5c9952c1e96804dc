"""What waits for a person is looked for in all rooms at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from essaim.common.waiting import Rows, Waiting, told
from essaim.people.models import Organisation
from tests.people.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def tell(rows: Iterable[Any]) -> Iterator[Waiting]:
    for row in rows:
        yield Waiting(title=f"Voir {row.name}", url="/")


def never(rows: Iterable[Any]) -> Iterator[Waiting]:
    raise AssertionError("nothing waits there")


def test_rooms_that_have_nothing_cost_one_query_together(django_assert_num_queries: Any) -> None:
    user = UserFactory()
    rooms = [Rows(Organisation.objects.filter(name=f"Absente {n}"), never) for n in range(30)]
    with django_assert_num_queries(1):
        assert told(rooms, user) == []


def test_rows_are_read_where_there_are_some_and_the_order_is_kept(
    django_assert_num_queries: Any,
) -> None:
    user = UserFactory()
    OrganisationFactory(name="B")
    OrganisationFactory(name="A")
    said = [
        Rows(Organisation.objects.filter(name="Absente"), never),
        Rows(Organisation.objects.none(), never),
        Rows(Organisation.objects.order_by("name")[:5], tell),
        Waiting(title="Seule", url="/"),
    ]
    with django_assert_num_queries(2):
        assert [each.title for each in told(said, user)] == ["Voir A", "Voir B", "Seule"]


def test_one_room_alone_is_simply_read(django_assert_num_queries: Any) -> None:
    user = UserFactory()
    with django_assert_num_queries(1):
        assert told([Rows(Organisation.objects.all(), tell)], user) == []
