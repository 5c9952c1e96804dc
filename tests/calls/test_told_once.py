"""Whoever runs a call is told once of what its applicants and its readers give up."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from essaim.calls.actions import appeals, applying, partners, questions, support
from essaim.calls.models import Officer
from essaim.common.waiting import waiting_for
from essaim.peers.actions import invitations, leaving, readings, talk
from essaim.peers.models import Reading, Round
from tests.calls.factories import CallFactory
from tests.calls.factories_applying import Story, filled, partner, submit, submitted
from tests.calls.factories_deciding import Jury
from tests.calls.test_deciding import told
from tests.dossiers.helpers import signed_in
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def officers(jury: Jury) -> list[Any]:
    return [jury.officer, jury.second, jury.third]


class TestAnApplicantGivesUp:
    def story(self, *outcomes: str) -> Jury:
        """Each with a plan, whose adviser is an officer."""
        jury = Jury(2).skipping()
        today = timezone.localdate()
        for each in jury.applications:
            support.save_plan(
                each, by=jury.officer, version=0, who="Mission", days=3, starts_on=today,
                ends_on=today + dt.timedelta(days=90), adviser=jury.second,
            )  # fmt: skip
        return jury.published(*outcomes)

    @pytest.mark.parametrize(
        ("outcomes", "which", "verb"),
        [
            (("laureate", "waiting"), 0, "call_place_freed"),
            (("laureate", "waiting"), 1, "call_gave_up"),
            (("laureate", "not_selected"), 0, "call_gave_up"),
        ],
    )
    def test_each_officer_is_told_once(
        self, outcomes: tuple[str, ...], which: int, verb: str
    ) -> None:
        """The one who advises the laureate too."""
        jury = self.story(*outcomes)
        one = jury.applications[which]
        before = {each.pk: len(told(each)) for each in officers(jury)}
        for _twice in range(2):
            appeals.give_up(one, reason="Plus d’équipe.", by=one.created_by)
        for each in officers(jury):
            assert told(each)[before[each.pk] :] == [verb]

    def test_an_adviser_who_does_not_run_the_call_learns_that_the_plan_stops(self) -> None:
        jury = self.story("laureate", "not_selected")
        Officer.objects.filter(call=jury.call, user=jury.second).delete()
        before = len(told(jury.second))
        one = jury.applications[0]
        appeals.give_up(one, reason="", by=one.created_by)
        assert told(jury.second)[before:] == ["call_support_closed"]

    def test_who_has_a_link_is_not_told_and_managers_are_where_no_officer_may_be(self) -> None:
        jury = Jury(2).skipping().published("laureate", "not_selected")
        one, manager = jury.applications[0], UserFactory(manager=True)
        for each in officers(jury):
            MembershipFactory(user=each, organisation=one.organisation)
        before = {each.pk: len(told(each)) for each in officers(jury)}
        appeals.give_up(one, reason="", by=one.created_by)
        assert [told(each)[before[each.pk] :] for each in officers(jury)] == [[], [], []]
        assert told(manager) == ["call_gave_up"]


class TestACallWithoutOfficers:
    """What comes to those who run it reaches who made it, or every manager."""

    def story(self, **fields: Any) -> Story:
        return submitted(CallFactory(**fields))

    def test_a_withdrawal_reaches_managers_and_who_administers(self) -> None:
        manager, administrator = UserFactory(manager=True), UserFactory(administrator=True)
        story = self.story()
        linked = UserFactory(manager=True)
        MembershipFactory(user=linked, organisation=story.organisation)
        applying.withdraw(story.application, by=story.holder)
        for person in (manager, administrator):
            assert told(person) == ["call_withdrawn"]
            page = signed_in(person).get(story.application.get_absolute_url(), follow=True)
            assert page.status_code == 200
        # Once, as one of its side, and not as one who runs the call.
        assert told(linked) == ["call_withdrawn"]

    def test_a_withdrawal_reaches_the_manager_who_made_the_call(self) -> None:
        maker, other = UserFactory(manager=True), UserFactory(manager=True)
        story = self.story(created_by=maker)
        applying.withdraw(story.application, by=story.holder)
        assert (told(maker), told(other)) == (["call_withdrawn"], [])

    def test_who_made_it_and_runs_no_call_any_more_is_told_nothing(self) -> None:
        maker, manager = UserFactory(), UserFactory(manager=True)
        story = self.story(created_by=maker)
        applying.withdraw(story.application, by=story.holder)
        assert (told(maker), told(manager)) == ([], ["call_withdrawn"])

    def test_so_do_a_question_and_a_partner_who_leaves(self) -> None:
        manager, linked = UserFactory(manager=True), UserFactory(manager=True)
        story = filled()
        found, representative = partner(story)
        partners.sign(found, by=representative)
        submit(story)
        MembershipFactory(user=linked, organisation=story.organisation)
        questions.ask(
            story.call, by=story.holder, text="Et nous ?", submission=uuid.uuid4(), private=True
        )
        assert told(manager) == ["call_question_asked"]
        partners.leave(found, by=representative, reason="Plus le temps.")
        assert told(manager) == ["call_question_asked", "call_partner_left_submitted"]
        assert "call_question_asked" not in told(linked)

    def test_a_question_waits_for_who_made_the_call(self) -> None:
        maker, other = UserFactory(manager=True), UserFactory(manager=True)
        story = self.story(created_by=maker)
        questions.ask(
            story.call, by=story.holder, text="Et nous ?", submission=uuid.uuid4(), private=False
        )
        assert (told(maker), told(other)) == (["call_question_asked"], [])
        assert any("question" in each.title for each in waiting_for(maker))
        assert not any("question" in each.title for each in waiting_for(other))


class TestAReaderGivesUp:
    """The round was made by one officer: the others conduct it as well."""

    def story(self) -> tuple[Jury, Reading]:
        jury = Jury(2)
        found = jury.reading()
        reading = Reading.objects.filter(item__round=found).select_related("seat__user").first()
        assert reading is not None
        return jury, reading

    def test_one_reading(self) -> None:
        jury, reading = self.story()
        for _twice in range(2):
            readings.decline(reading, by=reading.seat.user, reason="Je pars en congé.")
        for each in officers(jury):
            assert told(each).count("reading_declined") == 1

    def test_all_of_them(self) -> None:
        jury, reading = self.story()
        for _twice in range(2):
            invitations.leave(reading.seat, by=reading.seat.user)
        for each in officers(jury):
            assert told(each).count("reader_left") == 1
            assert "reading_declined" not in told(each)

    def test_with_their_account(self) -> None:
        jury, reading = self.story()
        leaving.forget_person(reading.seat.user)
        for each in officers(jury):
            assert told(each).count("reader_left") == 1

    def test_whoever_opened_the_reading(self) -> None:
        """A manager did: the officers of the call are told, other managers are not."""
        jury, reading = self.story()
        made, other = UserFactory(manager=True), UserFactory(manager=True)
        Round.objects.filter(pk=reading.item.round_id).update(created_by=made)
        jury.refresh()
        reading = Reading.objects.select_related("seat__user").get(pk=reading.pk)
        readings.decline(reading, by=reading.seat.user, reason="Je pars en congé.")
        for each in [made, *officers(jury)]:
            assert told(each).count("reading_declined") == 1
        assert told(other) == []

    def test_who_has_a_link_with_what_is_read_is_not_told(self) -> None:
        jury, reading = self.story()
        MembershipFactory(user=jury.second, organisation=jury.applications[0].organisation)
        readings.decline(reading, by=reading.seat.user, reason="Je pars en congé.")
        assert told(jury.second).count("reading_declined") == 0
        assert talk.whom_to_tell(reading.seat) == sorted(
            [jury.officer, jury.third], key=lambda person: (person.name, person.pk)
        )
