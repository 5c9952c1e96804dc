"""Fairness of a call: whoever has a link neither reads, sees nor decides, whichever way they come;
what was prepared, withdrawn or scored says no more than it should."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from essaim.calls import minutes
from essaim.calls.actions import appeals, applying, deciding, eligibility, meetings, scoring
from essaim.calls.actions import reading as reading_actions
from essaim.calls.models import Application, Editor, Meeting
from essaim.calls.reading_text import text_of
from essaim.calls.told import run_by
from essaim.common.errors import DomainError
from essaim.initiatives.models import CoEditor
from essaim.peers.actions import hand, items, planning, rounds
from essaim.peers.models import Conflict, Declaration, Item, Reading, Round, Seat
from essaim.search import encoder
from tests.calls.factories_deciding import Jury, _now
from tests.calls.test_deciding_views import at, signed_in
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def linked(user: Any, application: Application) -> bool:
    return Application.objects.linked_to(user).filter(pk=application.pk).exists()


def settings_of(jury: Jury, by: Any) -> None:
    deciding.change_settings(
        jury.call, four_eyes=False, uses_adjusted=False, uses_scores=True, weights={}, quotas=[],
        version=1, by=by,
    )  # fmt: skip


class TestLinks:
    def test_who_began_wrote_or_declared_has_a_link(self) -> None:
        jury = Jury(3)
        first, second, third = jury.applications
        began = first.created_by
        assert began is not None
        began.memberships.all().delete()
        wrote: Any = UserFactory()
        bound: Any = UserFactory()
        declared: Any = third.organisation
        Editor.objects.create(application=second, user=wrote, left_at=_now())
        Declaration.objects.create(user=bound, organisation=declared, kind=Declaration.Kind.FORMER)
        for person, application in zip((began, wrote, bound), jury.applications, strict=True):
            assert [a.pk for a in jury.applications if linked(person, a)] == [application.pk]

    def test_who_answers_for_the_card_of_the_applicant_has_a_link(self) -> None:
        """Not who holds the initiative that a site asks to take up."""
        jury = Jury(2)
        one, other = jury.applications
        card, taken_up = InitiativeFactory(rich=True), InitiativeFactory(rich=True)
        Application.objects.filter(pk=one.pk).update(initiative=card)
        Application.objects.filter(pk=other.pk).update(adopts=taken_up)
        helper: Any = UserFactory()
        CoEditor.objects.create(card=card, user=helper)
        holding = MembershipFactory(organisation=card.holder).user
        for person in (card.author, holding, helper):
            assert linked(person, one)
            assert not linked(person, other)
        assert not linked(MembershipFactory(organisation=taken_up.holder).user, other)

    def test_what_is_noted_in_the_reading_holds_for_the_decision(self) -> None:
        jury = Jury(2)
        found = jury.round()
        one = jury.applications[0]
        item = found.items.get(reference=f"application:{one.pk}")
        note: dict[str, Any] = {
            "kind": Conflict.Kind.INTEREST,
            "reason": "Cousins.",
            "by": jury.second,
        }
        items.declare_conflict(item, side=Conflict.Side.HOLDER, person=jury.third, **note)
        assert not linked(jury.third, one)  # an applicant chooses nobody who decides
        items.declare_conflict(item, side=Conflict.Side.MANAGER, person=jury.officer, **note)
        assert linked(jury.officer, one)
        assert not linked(jury.officer, jury.applications[1])
        page = signed_in(jury.officer).get(at("file", jury.call.slug, one.pk))
        assert page.status_code == 404

    def test_a_recusal_is_not_taken_back_by_the_round(self) -> None:
        jury = Jury(1)
        found = jury.round()
        one = jury.applications[0]
        deciding.recuse(one, reason="", by=jury.officer)
        noted = Conflict.objects.get(item__round=found, person=jury.officer)
        with pytest.raises(DomainError, match="déport"):
            items.withdraw_conflict(noted, by=jury.second)
        assert Conflict.objects.filter(pk=noted.pk).exists()

    def test_who_has_a_link_sets_no_weight_and_learns_nothing_by_what_is_left_to_do(self) -> None:
        jury = Jury(2).skipping()
        MembershipFactory(user=jury.officer, organisation=jury.applications[0].organisation)
        with pytest.raises(DomainError, match="lien"):
            settings_of(jury, jury.officer)
        settings_of(jury, jury.second)
        (told,) = deciding.what_stops(jury.call, jury.officer)
        assert "lien" in told
        assert "2 candidatures" in deciding.what_stops(jury.call, jury.second)[0]

    def test_notes_of_the_jury_are_not_read_by_who_has_a_link(self) -> None:
        jury = Jury(1)
        made = meetings.add_meeting(
            jury.call, key=uuid.uuid4(), by=jury.officer, at=_now(), notes="Le projet 1 convainc."
        )
        address = at("meeting", jury.call.slug, made.pk)
        assert "convainc" in signed_in(jury.second).get(address).content.decode()
        MembershipFactory(user=jury.second, organisation=jury.applications[0].organisation)
        assert "convainc" not in signed_in(jury.second).get(address).content.decode()

    def test_an_appeal_reaches_someone_who_may_answer_it(self) -> None:
        jury = Jury(1)
        one = jury.applications[0]
        manager, administrator = UserFactory(manager=True), UserFactory(administrator=True)
        officers = [jury.officer, jury.second, jury.third]
        assert set(run_by(jury.call, one, [jury.officer.pk])) == {jury.second, jury.third}
        for person in officers:
            MembershipFactory(user=person, organisation=one.organisation)
        told = run_by(jury.call, one)
        assert {manager, administrator} <= set(told)
        assert not set(officers) & set(told)


class TestScores:
    def test_a_reader_in_conflict_since_keeps_results_from_being_published(self) -> None:
        jury = Jury(3).deciding().prepared()
        one = jury.applications[0]
        assert deciding.what_stops(jury.call, jury.second) == []
        reading = Reading.objects.filter(item__reference=f"application:{one.pk}").first()
        assert reading is not None
        MembershipFactory(user=reading.seat.user, organisation=one.organisation)
        with pytest.raises(DomainError, match="actualisez"):
            deciding.publish(jury.call, by=jury.second)
        scoring.refresh_scores(jury.call)
        deciding.publish(jury.call, by=jury.second)
        with pytest.raises(DomainError, match="publiés"):
            scoring.refresh_scores(jury.call)


class TestWithdrawn:
    def test_is_given_to_nobody_later(self) -> None:
        jury = Jury(2)
        found = jury.reading(readers=3)
        one = jury.applications[0]
        applying.withdraw(one, by=one.created_by)
        found = Round.objects.get(pk=found.pk)
        item = Item.objects.get(reference=f"application:{one.pk}")
        with encoder.use(None):
            sheet = planning.sheet_of(found, with_gone=True)
            plan = planning.request_plan(found, by=jury.officer)
        assert item.pk not in [each.pk for each in sheet.items]
        assert not plan.pairs.filter(item=item).exists()
        seat = Seat.objects.filter(round=found).first()
        assert seat is not None
        with pytest.raises(DomainError, match="retiré"):
            hand.add_reading(item, seat, by=jury.officer, sure=True)

    def test_its_prepared_decision_says_nothing(self) -> None:
        jury = Jury(3).skipping().prepared("waiting", "waiting", "laureate")
        first, second, third = jury.applications
        applying.withdraw(first, by=first.created_by)
        eligibility.look_again(third, by=jury.officer)
        eligibility.decide(third, is_eligible=False, reasons="Hors zone.", by=jury.officer)
        groups = {each["title"]: each["rows"] for each in minutes.minutes_data(jury.call)["groups"]}
        assert [len(rows) for rows in groups.values()] == [1, 1]  # one waits, one is ineligible
        page = signed_in(jury.second).get(at("waiting_list", jury.call.slug)).content.decode()
        assert second.title in page
        assert first.title not in page
        deciding.reorder_waiting(jury.call, [second.pk], by=jury.second)
        second.decision.refresh_from_db()
        assert second.decision.rank == 1


class TestForgedAndStale:
    def test_a_version_submitted_meanwhile_is_read_before_it_is_refused(self) -> None:
        jury = Jury(1)
        one = jury.applications[0]
        Application.objects.filter(pk=one.pk).update(last_number=2)
        with pytest.raises(DomainError, match="version 2"):
            eligibility.decide(one, is_eligible=False, reasons="Non.", by=jury.officer, number=1)

    def test_an_invited_writer_neither_appeals_nor_gives_up(self) -> None:
        jury = Jury(2).skipping().published("laureate", "not_selected")
        writer: Any = UserFactory()
        for application in jury.applications:
            Editor.objects.create(application=application, user=writer)
        with pytest.raises(DomainError):
            appeals.give_up(jury.applications[0], reason="", by=writer)
        with pytest.raises(DomainError):
            appeals.appeal(jury.applications[1], "Non.", by=writer, key=uuid.uuid4())
        assert signed_in(writer).get(at("give_up", jury.applications[0].pk)).status_code == 404

    def test_hours_are_those_of_the_call_and_years_are_bounded(self) -> None:
        jury = Jury(1, zone="Indian/Reunion")
        client = signed_in(jury.officer)
        address = at("meetings", jury.call.slug)
        key = str(client.get(address).context["form"].initial["submission"])
        for typed in ("0001-01-01T00:00", "9999-12-31T23:59", "99999-01-01T00:00"):
            assert client.post(address, {"at": typed, "submission": key}).status_code == 422
        client.post(address, {"at": "2027-01-10T18:00", "submission": key})
        assert Meeting.objects.get().at.isoformat() == "2027-01-10T14:00:00+00:00"
        other = Jury(1)
        with pytest.raises(DomainError, match="déjà servi"):
            meetings.add_meeting(other.call, key=uuid.UUID(key), by=other.officer, at=_now())

    def test_strange_keys_and_words_are_no_error_of_ours(self) -> None:
        jury = Jury(1).skipping().prepared("waiting")
        client = signed_in(jury.officer)
        sent = {"order": ["9" * 5000, str(jury.applications[0].pk)], "up": "9" * 5000}
        assert client.post(at("waiting_list", jury.call.slug), sent).status_code == 302
        strange = "q=%00a&tri=%00&theme=%00&territory=%00&nombre=99999&page=99999999999999999999"
        for name in ("instruction", "board", "exports", "numbers"):
            assert client.get(at(name, jury.call.slug) + f"?{strange}").status_code == 200
        for name in ("feed", "calendar"):
            assert client.get(at(name) + f"?{strange}").status_code == 200

    def test_blind_what_names_the_applicant_is_not_told(self) -> None:
        jury = Jury(1)
        version = jury.applications[0].versions.get()
        fields = [
            {"name": "what", "label": "Quoi", "kind": "long"},
            {"name": "who", "label": "Qui", "kind": "organisation"},
            {"name": "siren", "label": "SIREN", "kind": "siren"},
            {"name": "place", "label": "Où", "kind": "territory"},
        ]
        version.content["blocks"]["projet"] |= {
            "who": {"siren": "213801855", "label": "Mairie"}, "siren": "213801855",
            "place": {"key": "commune:38185", "label": "Grenoble"},
        }  # fmt: skip
        blocks = [{"slug": "projet", "title": "Projet", "fields": fields}]
        told = text_of(version, blocks, ["Mairie de Trifouilly"])
        assert "213801855" not in told
        assert "Grenoble" not in told
        assert "reprendre" in told

    def test_a_reading_that_was_abandoned_begins_again(self) -> None:
        jury = Jury(2)
        old = jury.round()
        rounds.abandon(old, "Trop peu de lecteurs.", by=jury.officer)
        made = reading_actions.open_reading(
            jury.call, answer_by=_now(days=5), read_by=_now(days=20), discuss_by=_now(days=30),
            per_item={}, by=jury.officer,
        )  # fmt: skip
        assert made.pk != old.pk
        assert made.items.count() == 2
