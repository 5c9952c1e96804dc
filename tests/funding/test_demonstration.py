"""The demonstration tells its story through the actions: each adopter agrees for itself."""

from __future__ import annotations

import io

import pytest

from essaim.funding.demonstration import LEAD, load_pools
from essaim.funding.models import Option, Pool
from essaim.people.models import Function
from essaim.replications.models import Replication
from tests.initiatives.factories import ComponentFactory, InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
PLACES = ("50", "35", "61", "22", "53", "59", "62", "11", "66")


def test_enerterre_ends_with_three_sites_alive(settings: object) -> None:
    settings.LOCAL = True  # type: ignore[attr-defined]
    for code in PLACES:
        TerritoryFactory(kind="department", code=code)
    for name in ("enerterre", "ferme-de-moyembrie"):
        card = InitiativeFactory(
            published=True, external_id=f"demo:{name}", holder=OrganisationFactory()
        )
        ComponentFactory(initiative=card)
        ComponentFactory(initiative=card, margin=True)
    MembershipFactory(user=UserFactory(email=LEAD), functions=[Function.FUNDER])
    load_pools(out=io.StringIO())
    sites = Replication.objects.filter(initiative__external_id="demo:enerterre")
    assert [each.state for each in sites] == ["live"] * 3
    confirmers = Option.objects.exclude(confirmed_by=None).values("confirmed_by")
    assert not sites.filter(adopter_agreed_by__in=confirmers).exists()
    assert Pool.objects.get(initiative__external_id="demo:enerterre").state == "activating"
    farm = Pool.objects.get(initiative__external_id="demo:ferme-de-moyembrie")
    assert farm.state == "piloting" and farm.ledger.balance().is_sound
