"""Lists ask as much of the database whatever their rows: 1, 3 and 50 sites."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from essaim.initiatives.models import Initiative
from essaim.replications.models import Replication
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import OrganisationFactory
from tests.replications.factories import ago
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def sites(card: Initiative, number: int) -> None:
    place = TerritoryFactory(kind="department", code=f"{number:02}")
    Replication.objects.bulk_create(
        Replication(
            initiative=card, adopter=OrganisationFactory(), territory=place, state="committed",
            mode="dissemination", dimensions=["site"], declared_by_side="adopter",
            adopter_agreed_at=timezone.now(), interested_on=ago(9), committed_on=ago(9),
        )
        for _ in range(number)
    )  # fmt: skip


@pytest.mark.parametrize("page", ["/reprises", "/initiatives/{slug}/reprises"])
def test_a_list_asks_as_much_whatever_its_rows(page: str) -> None:
    card = InitiativeFactory(published=True)
    found: list[Any] = []
    for more in (1, 2, 47):
        sites(card, more)
        client = Client()
        client.get(page.format(slug=card.slug))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page.format(slug=card.slug)).status_code == 200
        found.append(len(captured))
    assert len(set(found)) == 1, found
    assert found[0] <= 16
