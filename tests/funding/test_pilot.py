"""The pilot, its reports, and the judgement of the pool (§ 7 of the domain)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.common.months import add_months
from essaim.common.waiting import told as what_waits
from essaim.following.actions import announcements
from essaim.following.actions.follows import follow
from essaim.following.models import Announcement, Notification
from essaim.funding.actions import deadlines, milestones, options, pools, reports, reviews
from essaim.funding.models import Opinion, Pool
from essaim.funding.rules import can_report
from essaim.funding.waiting import waiting
from essaim.initiatives.following import ref as card_ref
from essaim.people.models import Function
from essaim.replications.actions import agree
from essaim.replications.models import Replication
from tests.dates import today
from tests.funding.factories import (
    SITE_CENTS,
    funder,
    opened,
    organisation_of,
    piloting,
    pledged,
    reviewing,
    vote,
    with_options,
)
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


class TestPilot:
    def test_begins_with_the_minimum_and_its_own_money(self) -> None:
        story = opened()
        pledged(story.pool, story.lead)
        with pytest.raises(DomainError, match="1 option sur 2"):
            pools.start_pilot(story.pool, by=story.lead)
        pledged(story.pool, funder())
        with pytest.raises(DomainError, match="confirmée"):
            pools.start_pilot(story.pool, by=story.lead)
        options.confirm(story.pilot, by=story.lead, amount_cents=SITE_CENTS - 1)
        with pytest.raises(DomainError, match="tout le pilote"):
            pools.start_pilot(story.pool, by=story.lead)

    def test_begins_with_the_word_of_who_takes_it_up(self) -> None:
        story = with_options()
        options.confirm(story.pilot, by=story.lead)
        with pytest.raises(DomainError, match="repreneur du pilote, nommé"):
            pools.start_pilot(story.pool, by=story.lead)
        adopts = MembershipFactory(role="representative")
        options.name_adopter(story.pilot, adopter=adopts.organisation, by=story.lead)
        with pytest.raises(DomainError, match="accord du repreneur"):
            pools.start_pilot(story.pool, by=story.lead)
        agree(Replication.objects.get(), side="adopter", by=adopts.user)
        pools.start_pilot(story.pool, by=story.lead)
        assert story.fresh().state == "piloting"

    def test_who_runs_it_reports_plans_and_notes_visits(self) -> None:
        story = piloting()
        person = story.adopts
        assert person is not None
        assert "Écrire le rapport du pilote" in [
            each.title for each in what_waits(waiting(person), person)
        ]
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        offered = client.get(story.pool.get_absolute_url()).content.decode()
        for name in ("report", "visit", "follow"):
            address = reverse(f"funding:{name}", args=[story.pool.slug])
            assert address in offered and client.get(address).status_code == 200, name
        reports.report(story.pool, by=person, submission=uuid.uuid4(), done="Ouvert.")
        body = organisation_of(person)
        reports.note_visit(
            story.pool, by=person, organisation=body, submission=uuid.uuid4(), on=today(),
            seen="Deux chantiers.",
        )  # fmt: skip
        made = milestones.plan_milestone(
            story.pool, by=person, submission=uuid.uuid4(), title="Ouvert", planned_on=today(9)
        )
        assert made.pk and not can_report(funder(), story.pool)
        # Of another site, one does not run the pilot.
        other = MembershipFactory(role="representative")
        options.name_adopter(story.others[0], adopter=other.organisation, by=story.funders[0])
        assert not can_report(other.user, story.pool)

    def test_others_are_not_confirmed_before_the_finding(self) -> None:
        story = piloting()
        with pytest.raises(DomainError):
            options.confirm(story.others[0], by=story.funders[0])

    def test_reports_by_those_who_follow_it(self) -> None:
        story = piloting()
        key = uuid.uuid4()
        for _ in range(2):
            reports.report(story.pool, by=story.holder, submission=key, done="Ouvert.")
        assert story.pool.reports.count() == 1
        with pytest.raises(DomainError, match="ne faites plus partie"):
            reports.report(story.pool, by=UserFactory(), submission=uuid.uuid4(), done="?")
        with pytest.raises(DomainError, match="dix fois"):
            reports.report(
                story.pool, by=story.holder, submission=uuid.uuid4(), done="!",
                spent_cents=SITE_CENTS * 11,
            )  # fmt: skip

    def test_who_has_just_written_of_a_day_gone_by_is_not_late(self) -> None:
        story = piloting()
        announced = story.pool.next_report_on
        Pool.objects.filter(pk=story.pool.pk).update(piloting_on=today(-300))

        def report(on: dt.date) -> dt.date:
            reports.report(
                story.pool, by=story.holder, submission=uuid.uuid4(), done="Ouvert.", on=on
            )
            found = story.fresh().next_report_on
            assert found is not None
            return found

        assert report(today(-200)) == announced, "never nearer than what was announced"
        # It was late, and the day said is older than the rhythm of reports.
        Pool.objects.filter(pk=story.pool.pk).update(next_report_on=today(-120))
        after = report(today(-250))
        assert today() < after <= add_months(today(), story.pool.report_months)
        assert reports.remind_reports(today(1)) == 0
        assert report(today()) >= add_months(today(), story.pool.report_months)

    def test_reminders_are_told_once_for_each_date(self) -> None:
        from essaim.following.models import Notification

        story = piloting()
        due = story.pool.next_report_on
        assert due is not None
        assert reports.remind_reports(due) == 1
        told = Notification.objects.filter(announcement__verb="pool_report_due").count()
        reports.remind_reports(due)
        assert told == 3  # the holder, the lead, and who takes the pilot up
        assert told == Notification.objects.filter(announcement__verb="pool_report_due").count()


class TestReview:
    def test_quorum_then_majority_of_those_who_voted(self) -> None:
        story = reviewing(4)
        vote(story, story.lead)
        with pytest.raises(DomainError, match="quorum"):
            reviews.publish_finding(story.pool, by=story.lead)
        vote(story, story.funders[0], favourable=False)
        finding = reviews.publish_finding(story.pool, by=story.lead)
        assert (finding.members, finding.voters, finding.favourable) == (4, 2, 1)
        assert not finding.is_positive and story.fresh().state == "reviewing"
        # A second period, with its own votes.
        reviews.pilot_again(story.pool, by=story.lead)
        assert (story.fresh().state, story.pool.period) == ("piloting", 2)

    def test_after_a_negative_finding_the_lead_decides_and_nobody_judges(self) -> None:
        story = reviewing(3)
        for person in (story.lead, story.funders[0]):
            vote(story, person, favourable=False)
        silent, address = story.funders[1], story.pool.get_absolute_url()

        def page(person: Any) -> str:
            client = Client()
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            return str(client.get(address).content.decode())

        acts = [
            reverse(f"funding:{name}", args=[story.pool.slug])
            for name in ("opinion", "recuse", "publish")
        ]
        assert all(each in page(silent) for each in acts[:2]) and acts[2] in page(story.lead)
        reviews.publish_finding(story.pool, by=story.lead)
        for person in (story.lead, silent):
            seen = page(person)
            assert "nouvelle période, ou abandonner</strong>, par le chef de file." in seen
            assert not any(each in seen for each in acts)
        told = [row for row in what_waits(waiting(story.lead), story.lead) if row.url == address]
        title = "Décider une nouvelle période, ou abandonner"
        assert [(row.title, row.due) for row in told] == [(title, None)]
        assert not [
            row for row in what_waits(waiting(silent), silent) if story.pool.slug in row.url
        ]
        # The day of the vote comes and goes: nobody is waited for.
        Pool.objects.filter(pk=story.pool.pk).update(vote_until=today(1))
        assert deadlines.remind() == 0
        Pool.objects.filter(pk=story.pool.pk).update(vote_until=today(-1))
        assert deadlines.remind() == 0 and "Cette date est passée" not in page(story.lead)
        assert [
            row.title for row in what_waits(waiting(story.lead), story.lead) if row.url == address
        ] == [title]
        reviews.pilot_again(story.pool, by=story.lead)
        assert title not in {row.title for row in what_waits(waiting(story.lead), story.lead)}

    def test_an_opinion_changes_until_closing_and_counts_once(self) -> None:
        story = reviewing(3)
        for favourable in (False, True, True):
            vote(story, story.lead, favourable)
        vote(story, story.funders[0])
        assert Opinion.objects.count() == 2
        finding = reviews.publish_finding(story.pool, by=story.lead)
        assert (finding.voters, finding.favourable) == (2, 2)
        assert reviews.publish_finding(story.pool, by=story.lead).pk == finding.pk
        with pytest.raises(DomainError):
            vote(story, story.funders[1])

    def test_two_representatives_of_one_member_vote_once(self) -> None:
        story = reviewing(3)
        vote(story, story.lead)
        vote(story, funder(organisation_of(story.lead)), favourable=False)
        assert not Opinion.objects.get().is_favourable

    def test_who_has_an_interest_does_not_vote(self) -> None:
        story = reviewing(3)
        first = story.funders[0]
        # Of the card's team and of a member: their vote would be for themselves.
        MembershipFactory(
            user=story.holder, organisation=organisation_of(first), functions=["funder"]
        )
        with pytest.raises(DomainError, match="intérêt"):
            vote(story, story.holder)
        vote(story, first)
        reviews.recuse(
            story.pool, by=first, organisation=organisation_of(first), reason="Emploie le porteur."
        )
        with pytest.raises(DomainError, match="intérêt"):
            vote(story, first)
        vote(story, story.lead)
        finding = reviews.publish_finding(story.pool, by=story.lead)
        assert (finding.members, finding.voters) == (2, 1)

    def test_the_member_that_takes_the_pilot_up_withdraws_and_blocks_nothing(self) -> None:
        lead = funder()
        body = organisation_of(lead)
        story = reviewing(3, lead=lead, adopter=body)
        with pytest.raises(DomainError, match="intérêt"):
            vote(story, story.lead)
        titles = [each.title for each in what_waits(waiting(story.lead), story.lead)]
        assert "Donner l’avis de votre organisation sur le pilote" not in titles
        assert "Retirer du vote votre organisation, qui reprend le pilote" in titles
        client, address = Client(), reverse("funding:recuse", args=[story.pool.slug])
        client.force_login(story.lead, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(reverse("funding:opinion", args=[story.pool.slug])).status_code == 403
        assert address in client.get(story.pool.get_absolute_url()).content.decode()
        client.post(address, {"organisation": body.pk, "reason": "Nous reprenons le pilote."})
        assert not any("vote" in each.title for each in what_waits(waiting(story.lead), story.lead))
        assert client.get(address).status_code == 403, "once"
        vote(story, story.funders[0])
        finding = reviews.publish_finding(story.pool, by=story.lead)
        assert (finding.members, finding.voters) == (2, 1)

    def test_opinions_are_read_at_one_moment(self) -> None:
        story = reviewing(3)
        vote(story, story.lead)
        vote(story, story.funders[0])
        other = story.funders[1]
        assert Opinion.objects.visible_to(other).count() == 0
        assert Opinion.objects.visible_to(story.lead).count() == 1
        reviews.publish_finding(story.pool, by=story.lead)
        assert Opinion.objects.visible_to(other).count() == 2


def test_who_takes_the_pilot_up_is_told_of_its_reports_and_of_the_finding_once() -> None:
    told = Notification.objects.filter
    story = reviewing()
    adopts = story.adopts
    assert adopts is not None
    members = {story.lead.pk, *(each.pk for each in story.funders)}
    reported = told(announcement__verb="pool_reported").values_list("user", flat=True)
    assert sorted(reported) == sorted([*members, adopts.pk]), "its author, the holder, knows"
    follow(adopts, *card_ref(story.pool.initiative))
    MembershipFactory(
        user=adopts, organisation=story.pool.lead, functions=[Function.FUNDER]
    )  # a member's mandate too
    for person in [story.lead, *story.funders]:
        vote(story, person)
    reviews.publish_finding(story.pool, by=story.lead)
    for each in Announcement.objects.filter(spread_at=None):
        announcements.spread(each.pk)
    found = told(announcement__verb="pool_found")
    assert sorted(found.values_list("user", flat=True)) == sorted(
        [*members - {story.lead.pk}, story.holder.pk, adopts.pk]
    )
    assert found.get(user=adopts).waits, "as for a member"
