"""Laureates in public, their plans and reports, and what those not selected may do next."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from essaim.calls.actions import ending, lessons
from essaim.calls.actions import onward as making
from essaim.calls.actions import support as acting
from essaim.calls.actions.announcing import announce_results, decision_changed
from essaim.calls.models import (
    Application,
    ApplicationState,
    Call,
    Credit,
    FollowUp,
    Lesson,
    Partner,
    State,
    Support,
)
from essaim.calls.onward import calls as other_calls
from essaim.calls.onward import schemes as other_schemes
from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.contributions.models import Proposal
from essaim.following.models import Notification
from essaim.initiatives.models import Fact, Initiative
from tests.at_once import at_once
from tests.calls.factories import CallFactory, officer
from tests.calls.factories_after import after, laureate, member_of, results, supported
from tests.dates import in_days, settled, today
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.schemes.factories import SchemeFactory

pytestmark = pytest.mark.django_db
S = ApplicationState


def sign_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def plan(application: Application, by: Any, **fields: Any) -> Support:
    values: dict[str, Any] = {
        "version": 0, "who": "Mission innovation", "days": 12, "starts_on": today(),
        "ends_on": today(365), "milestones": [("Première session", today())],
    }  # fmt: skip
    return acting.save_plan(application, by=by, **values | fields)


def page(call: Call) -> str:
    answer = Client().get(reverse("calls:results", args=[call.slug]))
    assert answer.status_code == 200
    return answer.content.decode()


class TestPublicPage:
    def test_is_not_there_before_the_results(self) -> None:
        call = CallFactory(state=State.DECIDING)
        after(call, state=S.ELIGIBLE)
        url = reverse("calls:results", args=[call.slug])
        assert Client().get(url).status_code == 404
        assert sign_in(UserFactory(manager=True)).get(url).status_code == 404

    def test_names_laureates_their_partners_and_nobody_else(self) -> None:
        call = results()
        won = laureate(call, title="Atelier", organisation=OrganisationFactory(name="CCAS de Dole"))
        Partner.objects.create(
            application=won, organisation=OrganisationFactory(name="Ville voisine"), state="signed",
            role="follower",
        )  # fmt: skip
        Partner.objects.create(application=won, organisation=OrganisationFactory(name="Pas encore"))
        after(call, state=S.NOT_SELECTED, title="Refusée")
        text = page(call)
        assert "CCAS de Dole" in text and "Ville voisine" in text
        assert "Refusée" not in text and "Pas encore" not in text
        assert "2 candidatures déposées, 1 lauréates" in text

    def test_a_person_is_named_only_if_they_chose_so(self) -> None:
        call = results()
        person = UserFactory(name="Zoé Martin")
        won = laureate(call, person=person)
        assert "Zoé Martin" not in page(call)
        assert any(each.about == won.title for each in waiting_for(person))
        client = sign_in(person)
        client.post(reverse("calls:credit", args=[won.pk]), {"is_named": "on"})
        assert "Zoé Martin" in page(call)
        client.post(reverse("calls:credit", args=[won.pk]), {})
        assert "Zoé Martin" not in page(call) and Credit.objects.get().is_named is False
        with pytest.raises(DomainError):
            lessons.choose_credit(won, by=officer(call), is_named=True)

    def test_addresses_typed_in_a_title_are_masked_for_visitors(self) -> None:
        call = results()
        laureate(call, title="Écrire à zoe@exemple.fr")
        assert "zoe@exemple.fr" not in page(call)


class TestCards:
    def test_learn_it_at_the_publication_and_when_it_changes(self) -> None:
        call = results()
        card = InitiativeFactory(published=True)
        won = laureate(call, initiative=card)
        announce_results(call, by=None)
        fact = Fact.objects.get(kind=Fact.Kind.LAUREATE)
        assert (fact.initiative, fact.value["call"]) == (card, call.slug)
        answer = Client().get(card.get_absolute_url()).content.decode()
        assert call.title in answer and "lauréate" in answer
        Application.objects.filter(pk=won.pk).update(state=S.WITHDRAWN, withdrawn_at=timezone.now())
        decision_changed(won, by=None)
        assert not Fact.objects.filter(kind=Fact.Kind.LAUREATE).exists()
        assert call.title not in Client().get(card.get_absolute_url()).content.decode()

    def test_say_nothing_before(self) -> None:
        call = CallFactory(state=State.DECIDING)
        card = InitiativeFactory(published=True)
        won = after(call, state=S.LAUREATE, initiative=card)
        acting.mark_cards([won])
        assert not Fact.objects.exists()
        assert call.title not in Client().get(card.get_absolute_url()).content.decode()


class TestPlan:
    def test_prepared_before_it_is_announced_with_the_laureates(self) -> None:
        call = CallFactory(state=State.DECIDING)
        chosen, other = after(call, state=S.ELIGIBLE), after(call, state=S.ELIGIBLE)
        person, writer = officer(call), member_of(chosen)
        plan(chosen, person)
        plan(other, person)
        assert sign_in(writer).get(reverse("calls:support", args=[chosen.pk])).status_code == 404
        Application.objects.filter(pk=chosen.pk).update(state=S.LAUREATE)
        Application.objects.filter(pk=other.pk).update(state=S.NOT_SELECTED)
        Call.objects.filter(pk=call.pk).update(
            state=State.ANNOUNCED_RESULTS, results_at=timezone.now()
        )
        announce_results(Call.objects.get(pk=call.pk), by=person)
        kept = Support.objects.get()
        assert kept.application == chosen and kept.state == "running" and kept.next_report_on
        assert sign_in(writer).get(kept.get_absolute_url()).status_code == 200
        assert Notification.objects.filter(user=writer).exists()
        assert "Mission innovation" in page(call) and "Première session" in page(call)

    def test_two_officers_never_overwrite_each_other(self) -> None:
        won = laureate()
        person = officer(won.call)
        plan(won, person)
        with pytest.raises(DomainError, match="Rien n’a été écrasé"):
            plan(won, officer(won.call), days=3)
        changed = plan(won, person, version=1, days=3, milestones=[("Première session", None)])
        assert changed.days == 3 and Support.objects.count() == 1

    def test_a_milestone_reached_stays_so_when_the_plan_changes(self) -> None:
        won = laureate()
        person = officer(won.call)
        made = plan(won, person)
        step = made.milestones.get()
        acting.reach(won, step.pk, by=member_of(won), is_reached=True)
        plan(won, person, version=1, milestones=[("Avant", None), ("Première session", today())])
        assert made.milestones.get(title="Première session").reached_on == today()
        with pytest.raises(DomainError, match="n’est plus dans le plan"):
            acting.reach(won, step.pk, by=person, is_reached=True)

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"ends_on": in_days(-1)}, "ends_on"),
            ({"starts_on": dt.date(1202, 1, 1)}, "starts_on"),
            ({"who": "zoe@exemple.fr"}, "who"),
            ({"content": "Appelez le 06 12 34 56 78"}, "content"),
            ({"milestones": [("x", None)] * 31}, "milestones"),
        ],
    )
    def test_bad_input_is_refused_beside_its_field(self, fields: Any, field: str) -> None:
        won = laureate()
        with pytest.raises(DomainError) as refused:
            plan(won, officer(won.call), **settled(fields))
        assert refused.value.field == field

    def test_is_of_nobody_who_is_linked(self) -> None:
        won = laureate()
        person = officer(won.call)
        MembershipFactory(user=person, organisation=won.organisation)
        with pytest.raises(DomainError):
            plan(won, person)
        url = reverse("calls:support_plan", args=[won.pk])
        assert sign_in(person).get(url).status_code == 403
        listed = sign_in(person).get(reverse("calls:supports", args=[won.call.slug]))
        assert won.title not in listed.content.decode()

    def test_is_for_laureates_alone(self) -> None:
        refused = after(results(), state=S.NOT_SELECTED)
        with pytest.raises(DomainError):
            plan(refused, officer(refused.call))


class TestFollowing:
    def test_a_report_twice_is_one_and_moves_the_next_date(self) -> None:
        found = supported(next_report_on=today(), starts_on=today(-200))
        writer = member_of(found.application)
        url = reverse("calls:support_report", args=[found.application_id])
        key = str(uuid.uuid4())
        data = {"submission": key, "on": today().isoformat(), "done": "Deux sessions.",
                "indicators": "personnes formées = 12"}  # fmt: skip
        client = sign_in(writer)
        assert client.post(url, data).status_code == client.post(url, data).status_code == 302
        assert FollowUp.objects.get().indicators.get().value == "12"
        found.refresh_from_db()
        assert found.next_report_on is not None and found.next_report_on > today()
        text = sign_in(officer(found.application.call)).get(found.get_absolute_url())
        assert "Deux sessions." in text.content.decode()
        assert "Deux sessions." not in page(found.application.call)

    @pytest.mark.parametrize("days", [1, -400])
    def test_a_day_to_come_or_before_the_start_keeps_what_was_typed(self, days: int) -> None:
        found = supported()
        day = today(days)
        answer = sign_in(member_of(found.application)).post(
            reverse("calls:support_report", args=[found.application_id]),
            {"submission": uuid.uuid4(), "on": day.isoformat(), "done": "Long texte."},
        )
        assert answer.status_code == 422 and "Long texte." in answer.content.decode()

    def test_reminders_are_told_once_a_date(self) -> None:
        found = supported(next_report_on=today())
        writer = member_of(found.application)
        assert acting.remind_reports() == acting.remind_reports() == 1
        assert Notification.objects.filter(user=writer).count() == 1
        assert any("bilan" in each.title for each in waiting_for(writer))

    def test_stopping_is_an_outcome_and_a_closing_can_be_mended(self) -> None:
        found = supported()
        person = officer(found.application.call)
        for _n in range(2):
            acting.close(
                found.application, by=person, outcome="stopped", review="On sait pourquoi."
            )
        with pytest.raises(DomainError):
            acting.report(
                found.application, by=member_of(found.application), submission=uuid.uuid4(),
                on=today(), done="x",
            )  # fmt: skip
        text = page(found.application.call)
        assert "projet arrêté, sans conséquence" in text and "On sait pourquoi." not in text
        assert acting.open_again(found.application, by=person).state == "running"


class TestEnding:
    def test_a_call_is_archived_once_nobody_waits(self) -> None:
        found = supported()
        person = officer(found.application.call)
        call = ending.begin_support(found.application.call, by=person)
        assert ending.begin_support(call, by=person).state == State.SUPPORT
        with pytest.raises(DomainError, match="ne sont pas terminés"):
            ending.archive(call, by=person)
        acting.close(found.application, by=person, outcome="reached", review="Bien.")
        url = reverse("calls:archive", args=[call.slug])
        sign_in(person).post(url)
        sign_in(person).post(url)
        assert Call.objects.get().state == State.ARCHIVED and "Bien." not in page(call)

    def test_not_before_the_results(self) -> None:
        call = CallFactory(state=State.DECIDING)
        for act in (ending.begin_support, ending.archive):
            with pytest.raises(DomainError):
                act(call, by=officer(call))


class TestRightToError:
    def lesson(self, application: Application, by: Any, **fields: Any) -> Lesson:
        values = {"tried": "Un atelier le matin.", "failed": "Personne n’est venu."}
        return lessons.tell_lesson(application, by=by, **values | fields)

    def test_is_told_by_who_tried_and_shown_with_their_consent_alone(self) -> None:
        refused = after(results(), state=S.NOT_SELECTED, title="Essai")
        writer, person = member_of(refused), officer(refused.call)
        self.lesson(refused, writer)
        lessons.mention(refused, by=person)
        assert "Personne n’est venu." not in page(refused.call)
        self.lesson(refused, writer, is_public=True)
        assert "Personne n’est venu." in page(refused.call), "the text is the same: it keeps it"
        self.lesson(refused, writer, is_public=True, failed="Autre chose.")
        assert "Autre chose." not in page(refused.call), "the mention was of the other text"

    def test_not_before_the_results_nor_by_others(self) -> None:
        early = after(CallFactory(state=State.DECIDING), state=S.ELIGIBLE)
        with pytest.raises(DomainError):
            self.lesson(early, member_of(early))
        late = after(results(), state=S.NOT_SELECTED)
        with pytest.raises(DomainError):
            self.lesson(late, UserFactory())
        with pytest.raises(DomainError):
            lessons.mention(late, by=officer(late.call))

    def test_becomes_a_proposal_to_the_card_once(self) -> None:
        card = InitiativeFactory(published=True)
        found = after(results(), state=S.NOT_SELECTED, initiative=card)
        writer = member_of(found)
        self.lesson(found, writer)
        with pytest.raises(DomainError):
            lessons.propose_lesson(found, by=writer)
        self.lesson(found, writer, is_public=True)
        first = lessons.propose_lesson(found, by=writer)
        assert lessons.propose_lesson(found, by=writer) == first
        assert Proposal.objects.get().kind == Proposal.Kind.FAILURE
        assert "Personne n’est venu." in first.content["what_failed"]


class TestOnward:
    def test_schemes_and_calls_are_offered_with_their_reasons(self) -> None:
        refused = after(results(), state=S.NOT_SELECTED)
        SchemeFactory(title="Aide", stages=["consolidation"])
        SchemeFactory(title="Ailleurs", stages=["scaling"])
        (scheme,) = other_schemes(refused)
        assert scheme.found.title == "Aide" and "même étape" in scheme.reasons[0]
        CallFactory(title="Ouvert")
        CallFactory(title="Pour les entreprises", applicant_kinds=["company"])
        CallFactory(title="Clos", closed=True)
        assert [each.found.title for each in other_calls(refused)] == ["Ouvert"]
        text = sign_in(member_of(refused)).get(reverse("calls:next_steps", args=[refused.pk]))
        assert "Aide" in text.content.decode() and "Ouvert" in text.content.decode()

    def test_an_application_becomes_a_card_in_one_press(self) -> None:
        refused = after(
            results(), state=S.NOT_SELECTED, title="Atelier",
            content={"projet": {"what": "Nous réparons."}, "essaimage": {"transfer": "Partout."}},
        )  # fmt: skip
        writer = member_of(refused)
        client, url = sign_in(writer), reverse("calls:write_card", args=[refused.pk])
        client.post(url)
        client.post(url)
        card = Initiative.objects.get()
        assert (card.title, card.summary, card.publication) == (
            "Atelier", "Nous réparons.", "draft",
        )  # fmt: skip
        assert card.holder == refused.organisation and card.author == writer
        assert "Partout." in card.description
        with pytest.raises(DomainError):
            making.write_card(after(results(), state=S.NOT_SELECTED), by=writer)

    def test_texts_of_persons_stay_out_of_the_card(self) -> None:
        from essaim.calls.models import FormVersion

        found = after(results(), state=S.NOT_SELECTED, content={"qui": {"n": "Zoé Martin"}})
        FormVersion.objects.create(
            call=found.call, number=2,
            blocks=[{"slug": "qui", "title": "Qui", "of_persons": True,
                     "fields": [{"name": "n", "label": "Nom", "kind": "text"}]}],
        )  # fmt: skip
        card = making.write_card(found, by=member_of(found))
        assert "Zoé" not in card.description + card.summary


@pytest.mark.django_db(transaction=True)
def test_two_cards_are_never_made_of_one_application_pressed_twice_at_once() -> None:
    found = after(results(), state=S.NOT_SELECTED)
    writer = member_of(found)
    ends = at_once(*[lambda: making.write_card(found, by=writer)] * 3)
    assert ends == ["done"] * 3 and Initiative.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_plan_whoever_comes_first() -> None:
    won = laureate()
    one, other = officer(won.call), officer(won.call)
    ends = at_once(lambda: plan(won, one), lambda: plan(won, other))
    assert ends == ["done", "refused"] and Support.objects.count() == 1
