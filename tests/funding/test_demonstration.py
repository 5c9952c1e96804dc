"""What a trial on one's own machine begins with: Enerterre, judged, and its three sites alive."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.urls import reverse

from essaim.contributions.models import Proposal
from essaim.funding.demonstration import ADOPTERS, LEAD, load_pools
from essaim.funding.models import LedgerLine, LegalAct, Option, Pool
from essaim.people.models import User
from essaim.replications.costs import grid
from essaim.replications.models import Adaptation, NeedEstimate, Replication
from tests.dossiers.helpers import signed_in
from tests.funding.factories import funder
from tests.initiatives.factories import ComponentFactory, InitiativeFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def test_enerterre_s_sites_are_alive_and_their_adopter_signs_in(settings: Any) -> None:
    settings.LOCAL = True
    for code in ("50", "35", "61", "22", "53"):
        TerritoryFactory(kind="department", code=code)
    funder(user=UserFactory(email=LEAD))
    card = InitiativeFactory(
        published=True, external_id="demo:enerterre", holder=OrganisationFactory()
    )
    for kind in ("core", "core", "margin", "margin"):
        ComponentFactory(initiative=card, kind=kind)
    out = io.StringIO()
    for _time in range(2):
        load_pools(out=out)
    assert out.getvalue().count(ADOPTERS[0]) == 1
    pool = Pool.objects.get()
    states = Option.objects.filter(pool=pool).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["confirmed", "confirmed", "confirmed", "declined", "expired"]
    acts = LegalAct.objects.order_by("pk")
    assert [act.beneficiary for act in acts] == [acts[0].option.adopter, card.holder]
    assert len({act.reference for act in acts}) == 1
    paid = LedgerLine.objects.get(kind="payment")
    assert LedgerLine.objects.get(kind="request").on <= paid.on, "asked for before it is paid"
    first, *others = Replication.objects.order_by("pk")
    assert [each.state for each in (first, *others)] == ["live"] * 3
    assert first.learnt_from is None and [each.learnt_from for each in others] == [first] * 2
    assert Adaptation.objects.count() == 3 and Proposal.objects.get().card == card
    assert NeedEstimate.objects.filter(initiative=card).count() == 3
    sites = {line.kind: line.real.sites for line in grid(card, [first, *others]) if line.real}
    assert sites["investment"] == 3
    person = User.objects.get(email=ADOPTERS[0])
    page = signed_in(person).get(reverse("replications:mine")).content.decode()
    assert all(each.get_absolute_url() in page for each in (first, *others))


def test_each_adopter_agrees_for_itself(settings: Any) -> None:
    settings.LOCAL = True
    for code in ("50", "35", "61", "22", "53", "59", "62", "11", "66"):
        TerritoryFactory(kind="department", code=code)
    for name in ("enerterre", "ferme-de-moyembrie"):
        card = InitiativeFactory(
            published=True, external_id=f"demo:{name}", holder=OrganisationFactory()
        )
        for kind in ("core", "core", "margin", "margin"):
            ComponentFactory(initiative=card, kind=kind)
    funder(user=UserFactory(email=LEAD))
    load_pools(out=io.StringIO())
    sites = Replication.objects.filter(initiative__external_id="demo:enerterre")
    confirmers = Option.objects.exclude(confirmed_by=None).values("confirmed_by")
    assert not sites.filter(adopter_agreed_by__in=confirmers).exists()
    assert Pool.objects.get(initiative__external_id="demo:enerterre").state == "activating"
    farm = Pool.objects.get(initiative__external_id="demo:ferme-de-moyembrie")
    assert farm.state == "piloting" and farm.ledger.balance().is_sound
