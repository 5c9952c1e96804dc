"""Meetings, dates put off, and who is told of what is said around the pilot."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.common.waiting import told as what_waits
from essaim.following.models import Notification
from essaim.funding.actions import (
    deadlines,
    ending,
    meetings,
    milestones,
    money,
    options,
    pools,
    reports,
    reviews,
)
from essaim.funding.models import Comment, Meeting, Option, PilotReport, Pool
from essaim.funding.waiting import waiting
from essaim.initiatives.models import Initiative
from essaim.people.models import User
from tests.dates import today
from tests.dossiers.helpers import signed_in
from tests.funding.factories import (
    activating,
    funder,
    instalment,
    opened,
    organisation_of,
    piloting,
    pledged,
    record_act,
    reviewing,
    taken_up,
    vote,
    with_options,
)
from tests.people.factories import MembershipFactory, OrganisationFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def told(verb: str) -> set[Any]:
    rows = Notification.objects.filter(announcement__verb=verb)
    return set(rows.values_list("user", flat=True))


class TestMeetings:
    def test_minutes_are_added_and_the_link_stays(self) -> None:
        story = piloting(3)
        client, link = signed_in(story.lead), "https://visio.example/pilote"
        plan = reverse("funding:meeting", args=[story.pool.slug])
        for _ in range(2):
            sent = client.post(plan, {"on": today(9).isoformat(), "link": link, "minutes": ""})
            assert sent.status_code == 302
        meeting = Meeting.objects.get()
        assert story.adopts is not None
        group = {story.holder.pk, story.adopts.pk, *(person.pk for person in story.funders)}
        assert told("pool_meeting") == group  # all but who planned it
        change = reverse("funding:change_meeting", args=[story.pool.slug, meeting.pk])
        page = client.get(change).content.decode()
        assert link in page and today(9).isoformat() in page
        assert change in client.get(story.pool.get_absolute_url()).content.decode()
        client.post(change, {"on": today(12).isoformat(), "link": link, "minutes": ""})
        assert told("pool_meeting_moved") == group
        client.post(change, {"on": today(12).isoformat(), "link": link, "minutes": "Vu."})
        assert told("pool_meeting_told") == group
        meeting.refresh_from_db()
        assert (meeting.on, meeting.link, meeting.minutes) == (today(12), link, "Vu.")

    def test_another_on_the_same_day_erases_nothing(self) -> None:
        story = piloting(2)
        meetings.plan_meeting(story.pool, by=story.lead, on=today(9), link="https://a.example")
        with pytest.raises(DomainError, match="déjà prévue"):
            meetings.plan_meeting(story.pool, by=story.lead, on=today(9), minutes="Vu.")
        other = meetings.plan_meeting(story.pool, by=story.lead, on=today(10))
        with pytest.raises(DomainError, match="déjà prévue"):
            meetings.change_meeting(other, by=story.lead, on=today(9))
        assert Meeting.objects.order_by("on")[0].link == "https://a.example"

    def test_cancelled_unless_it_was_held(self) -> None:
        story = piloting(3)
        held = meetings.plan_meeting(story.pool, by=story.lead, on=today(-1), minutes="Vu.")
        planned = meetings.plan_meeting(story.pool, by=story.lead, on=today(9))
        client = signed_in(story.lead)
        for each in (held, planned):
            client.post(reverse("funding:remove_meeting", args=[story.pool.slug, each.pk]))
        assert list(Meeting.objects.all()) == [held]
        assert story.funders[0].pk in told("pool_meeting_off")


class TestTold:
    def test_a_comment_reaches_the_pool_and_the_holder_once(self) -> None:
        story = reviewing(3)
        key = uuid.uuid4()
        for _ in range(2):
            reports.comment(
                PilotReport.objects.get(), by=story.funders[0], submission=key, text="Combien ?"
            )
        assert story.adopts is not None
        assert told("pool_commented") == {
            story.holder.pk, story.lead.pk, story.funders[1].pk, story.adopts.pk
        }  # fmt: skip
        assert Notification.objects.filter(announcement__verb="pool_commented").count() == 4

    def test_a_comment_is_of_an_organisation_that_stands_in_the_pool(self) -> None:
        story = reviewing(3)
        report, person = PilotReport.objects.get(), story.funders[0]
        # Once optioned, it withdrew: nothing is said in its name; another of theirs stands.
        gone = MembershipFactory(user=person, functions=["funder"]).organisation
        Option.objects.create(
            pool=story.pool, funder=gone, territory=TerritoryFactory(kind="department"),
            amount_cents=1, expires_on=today(9), state="withdrawn", ended_on=today(),
        )  # fmt: skip
        said = reports.comment(report, by=person, submission=uuid.uuid4(), text="Combien ?")
        (standing,) = person.memberships.exclude(organisation=gone)
        assert said.organisation == standing.organisation
        # The holder's, and who takes the pilot up.
        holder = MembershipFactory(user=story.holder).organisation
        Initiative.objects.filter(pk=story.pool.initiative_id).update(holder=holder)
        assert story.adopts is not None
        for by, body in ((story.holder, holder), (story.adopts, story.pilot.adopter)):
            said = reports.comment(report, by=by, submission=uuid.uuid4(), text="Trois.")
            assert said.organisation == body

    def test_who_belongs_to_several_says_which_comments(self) -> None:
        story = reviewing(3)
        report, person = PilotReport.objects.get(), story.funders[0]
        address = reverse("funding:comment", args=[story.pool.slug, report.pk])
        client = signed_in(person)
        assert 'name="organisation"' not in client.get(address).content.decode()
        second = organisation_of(story.funders[1])
        MembershipFactory(user=person, organisation=second)
        assert 'name="organisation"' in client.get(address).content.decode()
        with pytest.raises(DomainError, match="laquelle"):
            reports.comment(report, by=person, submission=uuid.uuid4(), text="Bien.")
        typed = {"submission": str(uuid.uuid4()), "text": "Bien.", "organisation": second.pk}
        assert client.post(address, typed).status_code == 302
        assert Comment.objects.get().organisation == second
        stranger = OrganisationFactory()
        typed |= {"submission": str(uuid.uuid4()), "organisation": stranger.pk}
        assert client.post(address, typed).status_code == 422

    def test_who_takes_the_pilot_up_is_told_of_what_the_pool_says_of_it(self) -> None:
        story = piloting(2)
        assert story.adopts is not None
        reports.note_visit(
            story.pool, by=story.lead, organisation=organisation_of(story.lead),
            submission=uuid.uuid4(), on=today(), seen="Deux chantiers.",
        )  # fmt: skip
        planned = milestones.plan_milestone(
            story.pool, by=story.lead, submission=uuid.uuid4(), title="Ouvert", planned_on=today(9)
        )
        milestones.reach_milestone(planned, by=story.lead, on=today())
        reports.report(story.pool, by=story.holder, submission=uuid.uuid4(), done="Ouvert.")
        reviews.start_review(story.pool, by=story.lead)
        deadlines.postpone(story.pool, by=story.lead, step="reviewing", until=today(90))
        for verb in ("pool_visited", "pilot_milestone_reached", "pool_postponed"):
            assert story.adopts.pk in told(verb), verb

    def test_a_payment_to_ask_for_waits_for_the_beneficiary(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        adopter = OrganisationFactory(kind="ccas")
        asks = MembershipFactory(organisation=adopter, role="representative").user
        options.confirm(option, by=person, adopter=adopter)
        option.refresh_from_db()
        row = instalment(option, person, 1_000)

        def waits(who: User) -> list[str]:
            return [
                each.title for each in what_waits(waiting(who), who) if "Demander" in each.title
            ]

        assert waits(asks) == []  # no act yet: nothing may be asked
        record_act(option, person)
        assert waits(asks) == ["Demander un versement"]
        assert waits(story.holder) == waits(person) == waits(funder()) == []
        money.ask_for_payment(row, by=asks)
        assert waits(asks) == []
        assert organisation_of(person) != adopter


def past(name: str) -> None:
    Pool.objects.update(**{name: today(-1)})


class TestDates:
    def test_after_its_date_a_pool_takes_no_option_until_it_is_put_off(self) -> None:
        story = opened()
        past("pledges_until")
        with pytest.raises(DomainError, match="étaient attendues jusqu’au"):
            pledged(story.pool, story.lead)
        page = signed_in(story.lead).get(story.pool.get_absolute_url()).content.decode()
        assert "Cette date est passée" in page and "Prendre une option" not in page
        address = reverse("funding:postpone", args=[story.pool.slug])
        sent = {"step": "open", "until": today(30).isoformat()}
        assert signed_in(story.lead).post(address, sent).status_code == 302
        assert told("pool_postponed") == {story.holder.pk}
        assert pledged(story.pool, story.lead).state == "pledged"

    def test_a_second_signature_comes_in_time_too(self) -> None:
        story = opened()
        options.set_four_eyes(organisation_of(story.lead), True)
        option = pledged(story.pool, story.lead)
        past("pledges_until")
        with pytest.raises(DomainError, match="étaient attendues"):
            options.sign(option, by=funder(organisation_of(story.lead)))

    def test_opinions_and_confirmations_stop_at_their_date(self) -> None:
        story = reviewing(3)
        assert story.pool.vote_until == today(45)
        past("vote_until")
        with pytest.raises(DomainError, match="avis étaient attendus"):
            vote(story, story.lead)
        story = activating(3)
        past("confirm_until")
        with pytest.raises(DomainError, match="confirmations étaient attendues"):
            options.confirm(story.others[0], by=story.funders[0])
        with pytest.raises(DomainError, match="confirmations étaient attendues"):
            pledged(story.pool, funder())
        ending.decline(story.others[0], by=story.funders[0], reason="Non.")

    def test_the_pilot_is_confirmed_while_open_whatever_the_date(self) -> None:
        story = with_options(2)
        past("pledges_until")
        taken_up(story)
        pools.start_pilot(story.pool, by=story.lead)
        assert story.fresh().state == "piloting"

    def test_a_date_is_put_off_never_brought_nearer_nor_of_another_step(self) -> None:
        story = opened()
        with pytest.raises(DomainError, match="se reporte"):
            deadlines.postpone(story.pool, by=story.lead, step="open", until=today(5))
        with pytest.raises(DomainError, match="année"):
            deadlines.postpone(story.pool, by=story.lead, step="open", until=today(9000))
        with pytest.raises(DomainError, match="relisez"):
            deadlines.postpone(story.pool, by=story.lead, step="reviewing", until=today(90))

    def test_those_waited_for_are_told_once_for_each_delay(self) -> None:
        story = activating(3)
        due = story.pool.confirm_until
        assert due is not None
        assert deadlines.remind(due - dt.timedelta(days=31)) == 0
        ending.decline(story.others[0], by=story.funders[0], reason="Non.")
        for days in (30, 29, 7, 6):
            deadlines.remind(due - dt.timedelta(days=days))
        rows = Notification.objects.filter(announcement__verb="pool_step_ends")
        assert list(rows.values_list("user", flat=True)) == [story.funders[1].pk] * 2
        for _ in range(2):
            deadlines.remind(due + dt.timedelta(days=1))
        assert told("pool_step_late") == {story.lead.pk}
        past("confirm_until")
        assert any(
            "Reporter la date" in each.title for each in what_waits(waiting(story.lead), story.lead)
        )

    def test_funders_asked_to_pledge_are_told_those_who_did_are_not(self) -> None:
        story = opened()
        silent, done = funder(), funder()
        bodies = [organisation_of(each) for each in (silent, done)]
        pools.invite(story.pool, by=story.lead, organisations=bodies)
        pledged(story.pool, done)
        deadlines.remind(story.pool.pledges_until - dt.timedelta(days=7))
        assert told("pool_step_ends") == {silent.pk, story.lead.pk}
