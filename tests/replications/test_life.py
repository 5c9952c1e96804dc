"""From an intention to an end: two agreements, what the mode asks, the phase of the card."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django_fsm import TransitionNotAllowed

from essaim.common.errors import DomainError
from essaim.common.waiting import told as what_waits
from essaim.following.models import Notification
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Fact, Initiative
from essaim.replications.actions import agree, commit_from, declare, life, stop
from essaim.replications.models import Replication, StateChange
from essaim.replications.waiting import waiting
from tests.people.factories import OrganisationFactory, UserFactory
from tests.replications.factories import ago, another, committed, declared, live, world
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def phase(card: Initiative) -> str:
    return Initiative.objects.get(pk=card.pk).phase


def ready_to_replicate(card: Initiative) -> None:
    record_fact(card, "evaluation_concluded", "evaluation:1", {"kind": "self", "level": 2}, "2015")
    record_fact(card, "readiness", "diagnosis:1", {"ready": True}, "2016")
    record_fact(card, "strategy_chosen", "strategy:1", {"model": "up", "mode": "supple"}, "2016")


def waiting_titles(person: Any) -> list[str]:
    return [each.title for each in what_waits(waiting(person), person)]


def test_each_step_that_the_adopter_alone_may_take_waits_for_it() -> None:
    there = world()
    site = declared(there)
    assert waiting_titles(there.adopts) == []
    assert waiting_titles(there.holds) == ["Donner votre accord à une reprise"]
    site = agree(site, side="holder", by=there.holds)
    assert waiting_titles(there.adopts) == ["Commencer la préparation d’une reprise"]
    site = life.advance(site, "preparing", by=there.adopts, on=timezone.localdate())
    assert waiting_titles(there.adopts) == ["Mettre en service une reprise"]
    life.advance(site, "live", by=there.adopts, on=timezone.localdate())
    assert "Mettre en service une reprise" not in waiting_titles(there.adopts)
    assert waiting_titles(there.holds) == []


class TestAgreement:
    def test_the_adopter_declares_and_the_holder_confirms(self) -> None:
        there = world()
        site = declared(there)
        assert site.state == "interested" and site.holder_agreed_at is None
        site = agree(site, side="holder", by=there.holds)
        assert site.state == "committed" and site.committed_on == timezone.localdate()
        assert agree(site, side="holder", by=there.holds).committed_on == site.committed_on

    def test_the_reverse(self) -> None:
        there = world()
        site = declared(there, side="holder", by=there.holds, terms={})
        assert site.adopter_agreed_at is None
        site = agree(site, side="adopter", by=there.adopts)
        assert site.state == "interested", "the charter is still to come"
        site = agree(site, side="adopter", by=there.adopts, terms={"charter_on": ago(0)})
        assert site.state == "committed"

    def test_a_franchise_asks_for_contract_and_brand(self) -> None:
        there = world()
        site = declared(there, mode="franchise", terms={})
        site = agree(site, side="holder", by=there.holds)
        assert site.state == "interested"
        terms = {"contract_reference": "C-1", "contract_on": ago(3), "brand_terms": "nom et logo"}
        assert agree(site, side="holder", by=there.holds, terms=terms).state == "committed"

    def test_dissemination_asks_for_news_alone(self) -> None:
        site = declared(world(), mode="dissemination", terms={})
        assert site.state == "committed" and site.holder_agreed_at is None

    def test_a_branch_of_the_holder_needs_no_second_word(self) -> None:
        there = world()
        site = declared(there, adopter=there.holder, by=there.holds)
        assert site.state == "committed" and site.is_branch

    def test_the_database_refuses_a_franchise_without_contract(self) -> None:
        site = committed(world())
        with pytest.raises(IntegrityError), transaction.atomic():
            Replication.objects.filter(pk=site.pk).update(mode="franchise")

    def test_the_state_is_not_typed_in(self) -> None:
        site = declared(world())
        with pytest.raises(AttributeError):
            site.state = "live"
        with pytest.raises(TransitionNotAllowed):
            site.go_live()


class TestOnce:
    def test_the_same_form_twice_declares_one(self) -> None:
        there, key = world(), uuid.uuid4()
        assert declared(there, submission=key) == declared(there, submission=key)
        assert Replication.objects.count() == 1

    def test_a_second_site_says_that_it_is_one(self) -> None:
        there = world()
        declared(there)
        with pytest.raises(DomainError, match="donnez-lui un nom"):
            declared(there)
        with pytest.raises(DomainError, match="autre site"):
            declared(there, site_name="Maison Est")
        declared(there, site_name="Maison Est", another_site=True)
        with pytest.raises(DomainError):
            declared(there, site_name="maison est", another_site=True)

    def test_the_database_refuses_what_the_action_would(self) -> None:
        there = world()
        site = declared(there)
        with pytest.raises(IntegrityError), transaction.atomic():
            Replication.objects.create(
                initiative=there.card, adopter=there.adopter, territory=there.place,
                mode="supple", dimensions=["site"], declared_by_side="adopter",
            )  # fmt: skip
        stop(site, reason="plus de local", lesson="chercher le local d’abord", by=there.adopts)
        assert declared(there).pk != site.pk, "one stopped leaves the place to another"

    def test_one_confirmation_makes_one_replication(self) -> None:
        there = world()
        make = lambda: commit_from(  # noqa: E731
            there.card, adopter=there.adopter, territory=there.place, origin="pool",
            reference="option:12", by=there.adopts, terms={"charter_on": ago(0)},
        )  # fmt: skip
        first = make()
        assert make() == first and first.state == "committed"
        assert StateChange.objects.filter(replication=first, state="committed").count() == 1

    def test_a_confirmation_takes_up_an_intention(self) -> None:
        there = world()
        site = declared(there, dimensions=["trade", "administration"])
        made = commit_from(
            there.card, adopter=there.adopter, territory=there.place, origin="pool",
            reference="option:13", by=there.adopts, mode="franchise",
        )  # fmt: skip
        assert made == site and made.origin == "pool" and made.state == "interested"
        assert made.dimensions == ["trade", "administration"], "what the adopter said stays"
        terms = {"contract_reference": "C-2", "contract_on": ago(0), "brand_terms": "nom"}
        assert agree(made, side="adopter", by=there.adopts, terms=terms).state == "committed"
        with pytest.raises(DomainError, match="déjà une reprise engagée"):
            commit_from(
                there.card, adopter=there.adopter, territory=there.place, origin="pool",
                reference="option:14", by=there.adopts,
            )  # fmt: skip


class TestWhoseWord:
    """A confirmation is its funder's: the adopter speaks for itself."""

    def made(self, there: Any, by: Any, **fields: Any) -> Replication:
        given = {"origin": "pool", "reference": "option:20", "holder_by": there.holds} | fields
        return commit_from(there.card, adopter=there.adopter, territory=there.place, by=by, **given)

    def test_who_pays_does_not_agree_for_who_takes_up(self) -> None:
        there, funder = world(), UserFactory()
        site = self.made(there, funder, terms={"charter_on": ago(0)})
        assert site.state == "interested" and site.adopter_agreed_at is None
        assert (site.holder_agreed_by, site.adopter_agreed_by) == (there.holds, None)
        assert self.made(there, funder) == site, "asked again, it is the same"
        told = Notification.objects.get(user=there.adopts)
        assert told.announcement.verb == "replication_asked"
        (item,) = what_waits(waiting(there.adopts), there.adopts)
        assert item.title == "Donner votre accord à une reprise"
        client = Client()
        client.force_login(there.adopts, backend="django.contrib.auth.backends.ModelBackend")
        client.post(item.url)
        site = Replication.objects.get()
        assert (site.state, site.adopter_agreed_by) == ("committed", there.adopts)
        assert site.reporter == there.adopts

    def test_the_charter_left_aside_is_asked_of_the_adopter(self) -> None:
        there = world()
        self.made(there, UserFactory())
        site = agree(Replication.objects.get(), side="adopter", by=there.adopts)
        assert site.state == "interested"
        assert (
            Notification.objects.filter(
                user=there.adopts, announcement__verb="replication_terms"
            ).exists()
            is False
        ), "nobody is told of their own act"
        (item,) = what_waits(waiting(there.adopts), there.adopts)
        assert item.title == "Donner ce que le mode demande à une reprise"
        assert waiting_titles(there.holds) == [item.title]
        terms = {"charter_on": ago(0)}
        assert agree(site, side="adopter", by=there.adopts, terms=terms).state == "committed"

    @pytest.mark.parametrize("mode", ["centralised", "franchise"])
    def test_both_sides_are_told_that_the_contract_is_missing(self, mode: str) -> None:
        there = world()
        declared(there, mode=mode, terms={})
        site = self.made(there, UserFactory())
        assert (site.state, site.mode) == ("interested", mode), "the intention's word and mode"
        told = Notification.objects.filter(announcement__verb="replication_terms")
        assert set(told.values_list("user", flat=True)) == {there.adopts.pk, there.holds.pk}

    def test_an_intention_of_the_adopter_is_its_word(self) -> None:
        there = world()
        declared(there)
        assert self.made(there, UserFactory()).state == "committed"

    def test_one_that_the_holder_declared_is_not(self) -> None:
        there = world()
        declared(there, side="holder", by=there.holds)
        assert self.made(there, UserFactory()).state == "interested"

    def test_a_committed_site_that_nothing_made_is_taken_up(self) -> None:
        there = world()
        site = committed(there)
        made = self.made(there, UserFactory())
        assert made == site and made.origin_reference == "option:20"
        assert made.committed_on == site.committed_on
        with pytest.raises(DomainError, match="déjà une reprise engagée"):
            self.made(there, UserFactory(), reference="option:21")


class TestPhase:
    def test_comes_with_the_commitment_and_goes_with_the_stop(self) -> None:
        there = world()
        ready_to_replicate(there.card)
        site = declared(there)
        assert phase(there.card) == "organise"
        site = agree(site, side="holder", by=there.holds)
        assert phase(there.card) == "replicate"
        stop(site, reason="budget", lesson="financer l’animation", by=there.adopts)
        assert phase(there.card) == "organise"
        fact = Fact.objects.get(kind="replication")
        assert fact.value == {"status": "stopped", "territory": there.place.address}

    def test_stays_while_another_site_stands(self) -> None:
        there = world()
        ready_to_replicate(there.card)
        first, _second = committed(there), committed(another(there))
        stop(first, reason="budget", lesson="financer", by=there.adopts)
        assert phase(there.card) == "replicate"

    def test_an_intention_that_stops_tells_nothing(self) -> None:
        there = world()
        site = stop(declared(there), reason="non", lesson="rien de plus", by=there.adopts)
        assert not Fact.objects.filter(kind="replication").exists()
        assert not Replication.objects.visible_to(_nobody()).filter(pk=site.pk).exists()


def _nobody() -> object:
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


class TestSteps:
    def test_go_forward_with_their_dates(self) -> None:
        there = world()
        site = committed(there)
        site = life.advance(site, "preparing", by=there.adopts, on=ago(300))
        site = life.advance(site, "live", by=there.adopts, on=ago(200))
        assert life.advance(site, "live", by=there.adopts).live_on == ago(200)
        with pytest.raises(DomainError, match="précède"):
            life.advance(site, "sustained", by=there.adopts, on=ago(250))
        with pytest.raises(DomainError, match="à venir"):
            life.advance(site, "sustained", by=there.adopts, on=ago(-3))
        site = life.advance(site, "sustained", by=there.adopts)
        with pytest.raises(DomainError, match="maintenant"):
            life.advance(site, "preparing", by=there.adopts)
        states = site.changes_of_state.values_list("state", flat=True)
        assert list(states) == ["interested", "committed", "preparing", "live", "sustained"]

    @pytest.mark.parametrize(("reason", "lesson"), [("", "x"), ("x", " ")])
    def test_an_end_says_why_and_what_was_learnt(self, reason: str, lesson: str) -> None:
        there = world()
        with pytest.raises(DomainError):
            stop(committed(there), reason=reason, lesson=lesson, by=there.adopts)

    def test_the_history_of_steps_is_only_added_to(self) -> None:
        site = committed(world())
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            StateChange.objects.filter(replication=site).update(on=ago(1))
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            StateChange.objects.filter(replication=site).delete()


class TestLineage:
    def test_nobody_learns_from_those_they_taught(self) -> None:
        there = world()
        first = live(there)
        other = another(there)
        second = committed(other, learnt_from=first)
        with pytest.raises(DomainError, match="lui-même appris"):
            life.plan(
                first, planned_on=None, beneficiaries_target=None, learnt_from=second, reporter=None
            )

    def test_nor_from_another_initiative(self) -> None:
        with pytest.raises(DomainError, match="autre initiative"):
            declared(world(), learnt_from=live(world()))

    def test_news_are_given_by_a_member(self) -> None:
        there = world()
        with pytest.raises(DomainError, match="pas membre"):
            life.plan(
                committed(there), planned_on=None, beneficiaries_target=None, learnt_from=None,
                reporter=there.holds,
            )  # fmt: skip


def test_an_unpublished_card_is_not_taken_up() -> None:
    with pytest.raises(DomainError, match="pas publiée"):
        declared(world(published=False))


def test_declarations_are_limited_in_a_day(settings: object) -> None:
    settings.REPLICATIONS = {**settings.REPLICATIONS, "declarations_a_day": 1}  # type: ignore[attr-defined]
    there = world()
    declared(there)
    with pytest.raises(DomainError, match="demain"):
        declare(
            there.card, side="adopter", adopter=OrganisationFactory(),
            territory=TerritoryFactory(), mode="supple", dimensions=["site"], by=there.adopts,
            submission=uuid.uuid4(),
        )  # fmt: skip


def test_dates_are_days_of_the_past() -> None:
    with pytest.raises(DomainError, match="à venir"):
        declared(world(), on=timezone.localdate() + dt.timedelta(days=1))


def test_nothing_is_planned_for_another_century() -> None:
    there = world()
    far = dt.date(2999, 1, 1)
    with pytest.raises(DomainError, match="vérifiez l’année") as refused:
        declared(there, planned_on=far)
    assert refused.value.field == "planned_on"
    site = committed(there)
    with pytest.raises(DomainError, match="vérifiez l’année"):
        life.plan(site, planned_on=far, beneficiaries_target=None, learnt_from=None, reporter=None)
    with pytest.raises(DomainError, match="vérifiez l’année"):
        life.add_milestone(site, title="Ouvrir", planned_on=far, submission=uuid.uuid4())
