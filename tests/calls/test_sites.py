"""A laureate of a replication call takes up what it asked to (issues of calls and replications)."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from essaim.calls.actions.sites import begin_sites
from essaim.calls.models import Application, Partner
from essaim.calls.waiting_after import waiting
from essaim.common.errors import DomainError
from essaim.common.waiting import told as what_waits
from essaim.initiatives.actions.merging import merge_cards
from essaim.replications.actions import agree
from essaim.replications.models import Replication, Side
from tests.calls.factories import officer
from tests.calls.factories_after import laureate, member_of, results
from tests.dossiers.helpers import signed_in
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def won(**fields: Any) -> Application:
    holder = OrganisationFactory(name="Le porteur")
    MembershipFactory(organisation=holder, role="representative")
    card = InitiativeFactory(published=True, holder=holder)
    return laureate(
        results(kind="replication"), adopts=card, territory=TerritoryFactory(), **fields
    )


def partner(application: Application, role: str, **fields: Any) -> Partner:
    return Partner.objects.create(
        application=application, organisation=OrganisationFactory(), role=role,
        territory=TerritoryFactory(), **{"state": "signed"} | fields,
    )  # fmt: skip


def test_each_site_is_made_once_however_often_it_is_asked() -> None:
    application = won()
    follower = partner(application, "follower")
    partner(application, "site", state="invited")
    partner(application, "evaluator")
    person = member_of(application)
    made = begin_sites(application, by=person).sites
    assert [each.origin_reference for each in made] == [
        f"application:{application.pk}", f"application:{application.pk}:{follower.pk}",
    ]  # fmt: skip
    # Again, by those who run the call: the same ones; a partner that signed since has its own.
    Partner.objects.filter(role="site").update(state="signed")
    again = begin_sites(application, by=officer(application.call)).sites
    assert [each.pk for each in again][:2] == [each.pk for each in made]
    assert len(again) == 3 == Replication.objects.filter(origin="call").count()


def test_whoever_presses_speaks_for_nobody_else() -> None:
    application = won()
    partner(application, "follower")
    person = member_of(application)
    own, other = begin_sites(application, by=person).sites
    assert own.adopter_agreed_by == person and own.holder_agreed_at is None
    assert other.adopter_agreed_at is None and other.holder_agreed_at is None
    assert own.state == other.state == "interested"
    own.refresh_from_db()
    agree(
        own, side=Side.HOLDER, by=application.adopts.holder.memberships.get().user,
        terms={"charter_on": own.interested_on},
    )  # fmt: skip
    assert Replication.objects.get(pk=own.pk).state == "committed"


def test_a_site_that_another_confirmation_holds_is_told_and_leaves_the_others() -> None:
    application = won()
    follower = partner(application, "follower")
    person = member_of(application)
    Replication.objects.create(
        initiative=application.adopts, adopter=follower.organisation,
        territory=follower.territory, mode="dissemination", dimensions=["site"], origin="pool",
        origin_reference="option:1", state="committed", committed_on="2026-01-01",
        adopter_agreed_at="2026-01-01T00:00Z", declared_by_side="adopter",
    )  # fmt: skip
    begun = begin_sites(application, by=person)
    assert len(begun.sites) == 1 and follower.organisation.name in begun.left[0]


def test_a_card_made_one_with_another_is_taken_up_as_the_one_that_stays() -> None:
    application = won()
    other = application.adopts
    kept = InitiativeFactory(published=True, holder=other.holder)
    merge_cards(kept, other, by=UserFactory(manager=True))
    application.refresh_from_db()
    begun = begin_sites(application, by=member_of(application))
    assert [site.initiative for site in begun.sites] == [kept]


def test_before_the_results_and_for_strangers_nothing() -> None:
    application = won()
    with pytest.raises(DomainError):
        begin_sites(application, by=UserFactory())
    person = member_of(application)
    type(application.call).objects.filter(pk=application.call.pk).update(state="deciding")
    with pytest.raises(DomainError):
        begin_sites(Application.objects.get(pk=application.pk), by=person)
    assert not Replication.objects.exists()


def test_pages_lead_both_ways_and_it_waits_in_the_workspace() -> None:
    application = won()
    person = member_of(application)
    assert "Commencer la reprise que vous avez gagnée" in [
        w.title for w in what_waits(waiting(person), person)
    ]
    client = signed_in(person)
    page = client.get(reverse("calls:next_steps", args=[application.pk])).content.decode()
    assert "Commencer les reprises" in page
    sent = client.post(reverse("calls:begin_sites", args=[application.pk]))
    assert sent["Location"] == reverse("calls:next_steps", args=[application.pk])
    site = Replication.objects.get(origin="call")
    page = client.get(sent["Location"]).content.decode()
    assert site.get_absolute_url() in page and "Ajouter les sites qui manquent" in page
    shown = client.get(site.get_absolute_url()).content.decode()
    assert application.call.title in shown and application.get_absolute_url() in shown
    assert "gagnée" not in "".join(w.title for w in what_waits(waiting(person), person))
