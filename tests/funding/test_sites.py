"""Spending by line, milestones of the pilot, budgets of sites, publication of grants."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.common.waiting import told as what_waits
from essaim.following.models import Notification
from essaim.funding.actions import budgets, ending, milestones, pools, publishing, reports
from essaim.funding.models import GrantPublication, Option, PilotMilestone, PilotReport
from essaim.funding.reading import site_budget, spending_of
from essaim.funding.waiting import waiting
from essaim.people.models import User
from tests.dates import today
from tests.dossiers.helpers import signed_in
from tests.funding.factories import (
    SITE_CENTS,
    activating,
    confirmed,
    forming,
    funder,
    instalment,
    organisation_of,
    piloting,
    pledged,
    record_act,
    reviewing,
)
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


class TestSpendingByLine:
    def test_is_typed_in_the_report_and_read_beside_the_plan(self) -> None:
        story = piloting()
        client = signed_in(story.holder)
        typed = {
            "submission": str(uuid.uuid4()), "on": today().isoformat(), "done": "Ouvert.",
            "spent_investment": "12 000,50", "spent_innovator_days": "500", "spent_other": "99",
        }  # fmt: skip
        answer = client.post(reverse("funding:report", args=[story.pool.slug]), typed)
        assert answer.status_code == 302
        made = PilotReport.objects.get()
        assert made.spent_cents == 12_599_50
        ((_report, rows),) = spending_of(story.pool, [made])
        assert [(row.planned, row.spent) for row in rows] == [
            (SITE_CENTS - 5_000_00, 12_000_50), (3_000_00, 0), (2_000_00, 500_00), (0, 99_00),
        ]  # fmt: skip
        assert rows[2].percent == 25 and rows[3].percent is None
        page = client.get(answer["Location"]).content.decode()
        assert "Prévu pour le site" in page and "25 %" in page
        # The next one begins with what this one said.
        form = client.get(reverse("funding:report", args=[story.pool.slug])).content.decode()
        assert 'value="12000,50"' in form

    def test_what_is_out_of_measure(self) -> None:
        story = piloting()
        address = reverse("funding:report", args=[story.pool.slug])
        typed = {
            "submission": str(uuid.uuid4()), "on": today().isoformat(), "done": "Ouvert.",
            "spent_investment": "-1",
        }  # fmt: skip
        client = signed_in(story.holder)
        answer = client.post(address, typed)
        assert answer.status_code == 422 and "Ouvert." in answer.content.decode()
        typed["spent_investment"] = "4 000 000"
        assert "dix fois" in client.post(address, typed).content.decode()
        assert client.post(address, typed | {"sure": "on"}).status_code == 302
        with pytest.raises(DomainError, match="hors de mesure"):
            reports.report(
                story.pool, by=story.holder, submission=uuid.uuid4(), done="!",
                spending={"nothing": 5},
            )  # fmt: skip

    def test_a_report_with_one_sum_alone_has_no_table(self) -> None:
        story = piloting()
        made = reports.report(
            story.pool, by=story.holder, submission=uuid.uuid4(), done="!", spent_cents=5
        )
        assert spending_of(story.pool, [made]) == [(made, [])]


class TestMilestonesOfThePilot:
    def plan(self, pool: object, by: User, **more: object) -> PilotMilestone:
        given = {
            "submission": uuid.uuid4(), "title": "Quatre logements", "planned_on": today(30)
        } | more  # fmt: skip
        return milestones.plan_milestone(pool, by=by, **given)  # type: ignore[arg-type]

    def test_planned_by_the_lead_reached_by_the_holder_read_by_all(self) -> None:
        story = forming()
        late = self.plan(story.pool, story.lead, planned_on=today(-3))
        with pytest.raises(DomainError, match="en formation"):
            milestones.reach_milestone(late, by=story.lead, on=today())
        story = piloting()
        found = self.plan(story.pool, story.lead)
        gone = self.plan(story.pool, story.holder, title="Autre", planned_on=today(-1))
        assert gone.is_late and not found.is_late
        member = signed_in(story.funders[0])
        address = reverse("funding:follow", args=[story.pool.slug])
        page = member.get(address).content.decode()
        assert "Quatre logements" in page and "en retard" in page and "Retirer" not in page
        milestones.remove_milestone(gone, by=story.lead)
        client = signed_in(story.holder)
        reach = reverse("funding:reach_milestone", args=[story.pool.slug, found.pk])
        assert client.post(reach, {"on": today(1).isoformat()}).status_code == 422
        assert client.post(reach, {"on": today().isoformat()}).status_code == 302
        milestones.reach_milestone(found, by=story.lead, on=today(-9))  # once
        found.refresh_from_db()
        assert found.reached_on == today() and not found.is_late
        told = Notification.objects.filter(announcement__verb="pilot_milestone_reached")
        assert story.funders[0].pk in told.values_list("user", flat=True)
        with pytest.raises(DomainError, match="il reste"):
            milestones.remove_milestone(found, by=story.lead)
        with pytest.raises(DomainError, match="n’est plus là"):
            milestones.remove_milestone(gone, by=story.lead)

    def test_what_is_refused(self) -> None:
        story = piloting()
        with pytest.raises(DomainError, match="ne faites plus partie"):
            self.plan(story.pool, UserFactory())  # type: ignore[arg-type]
        with pytest.raises(DomainError, match="atteint"):
            self.plan(story.pool, story.lead, title="  ")
        with pytest.raises(DomainError, match="adresses"):
            self.plan(story.pool, story.lead, title="Voir a.b@exemple.fr")
        for _ in range(milestones.AT_MOST):
            self.plan(story.pool, story.lead)
        with pytest.raises(DomainError, match="au plus"):
            self.plan(story.pool, story.lead)
        done = activating()
        with pytest.raises(DomainError):
            self.plan(done.pool, done.lead)


class TestBudgetOfASite:
    def test_its_own_lines_beside_what_its_funders_pay(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        assert site_budget(option, [option]).total == SITE_CENTS
        address = reverse("funding:site_budget", args=[story.pool.slug, option.pk])
        client = signed_in(person)
        typed = {
            "lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "0",
            "lines-0-kind": "investment", "lines-0-label": "Four", "lines-0-amount_cents": "50 000",
            "lines-1-kind": "setup_staff", "lines-1-amount_cents": "",
        }  # fmt: skip
        assert client.post(address, typed | {"lines-0-amount_cents": "-4"}).status_code == 422
        assert client.post(address, typed).status_code == 302
        budget = site_budget(option, [option])
        assert (budget.is_own, budget.total, budget.missing) == (True, 5_000_000, 1_000_000)
        page = client.get(option.get_absolute_url()).content.decode()
        assert "Four" in page and "Reste à financer" in page
        # Another funder of the pool reads it, and does not write it.
        other = signed_in(story.funders[1])
        assert "Four" in other.get(option.get_absolute_url()).content.decode()
        assert other.post(address, typed).status_code == 403
        budgets.set_site_budget(option, by=person, costs=[])
        assert not site_budget(option, [option]).is_own

    def test_of_a_site_that_several_pay_there_is_one(self) -> None:
        story = activating()
        first, person = story.others[0], funder()
        share = pledged(story.pool, person, territory=first.territory, cofund=True)
        held = budgets.set_site_budget(
            share, by=person, costs=[pools.Cost("investment", "", 70_000_00)]
        )
        assert held == first
        site = list(Option.objects.of_site(first).counted())
        assert site_budget(first, site).missing == site_budget(share, site).missing == 0
        with pytest.raises(DomainError, match="au plus"):
            budgets.set_site_budget(share, by=person, costs=[pools.Cost("investment", "", 1)] * 21)
        with pytest.raises(DomainError, match="Seuls les financeurs"):
            budgets.set_site_budget(share, by=story.lead, costs=[])
        ending.decline(share, by=person, reason="Non.")
        with pytest.raises(DomainError):
            budgets.set_site_budget(share, by=person, costs=[])


def test_nobody_joins_a_site_whose_milestones_are_shared_out() -> None:
    story, option, person = confirmed()
    late = funder()
    record_act(option, person)
    instalment(option, person, 1_000_00)  # of this funder alone: it binds nobody else
    joined = pledged(story.pool, late, territory=option.territory, cofund=True)
    ending.decline(joined, by=late, reason="Plus tard.")
    instalment(option, person, 2_000_00, of_site=True)
    with pytest.raises(DomainError, match="déjà partagés"):
        pledged(story.pool, late, territory=option.territory, cofund=True)


class TestPublication:
    def test_what_remains_and_what_is_done(self) -> None:
        _story, option, person = confirmed()
        act = record_act(option, person, on=today(-95), convention_on=today(-95))
        client = signed_in(person)
        page = client.get(reverse("funding:publications")).content.decode()
        assert act.reference in page and "en retard" in page
        assert "en retard" in client.get(option.get_absolute_url()).content.decode()
        (waits,) = [
            row
            for row in what_waits(waiting(person), person)
            if row.url == reverse("funding:publications")
        ]
        assert waits.due == publishing.due_on(act)
        lines = client.get(reverse("funding:publications_export")).content.decode()
        assert [row["referenceDecision"] for row in csv.DictReader(io.StringIO(lines))] == [
            act.reference
        ]
        mark = reverse("funding:mark_published", args=[option.pool.slug, option.pk, act.pk])
        typed = {"submission": str(uuid.uuid4()), "url": "https://data.exemple.fr/s"}
        for day in (today(1), today(-96)):  # to come; before the act
            assert client.post(mark, typed | {"on": day.isoformat()}).status_code == 422
        bad = typed | {"on": today().isoformat(), "url": "javascript:alert(1)"}
        assert client.post(mark, bad).status_code == 422
        for _ in range(2):
            assert client.post(mark, typed | {"on": today(-1).isoformat()}).status_code == 302
        assert GrantPublication.objects.get().on == today(-1)
        assert "en retard" not in client.get(option.get_absolute_url()).content.decode()
        assert act.reference not in client.get(reverse("funding:publications")).content.decode()
        done = client.get(reverse("funding:publications"), {"faites": "oui"}).content.decode()
        assert "https://data.exemple.fr/s" in done
        assert not [
            row
            for row in what_waits(waiting(person), person)
            if row.url == reverse("funding:publications")
        ]
        option_page = Client().get(option.get_absolute_url())
        assert option_page.status_code == 200

    def test_is_said_by_its_funder_alone_and_asked_for_no_more(self) -> None:
        story, option, person = confirmed()
        act = record_act(option, person)
        with pytest.raises(DomainError, match="fonction de financeur"):
            publishing.mark_published(
                act, by=story.lead, submission=uuid.uuid4(), on=today(), url="https://a.fr"
            )
        day = publishing.due_on(act) - dt.timedelta(days=1)
        assert publishing.remind(day) == 1
        publishing.mark_published(
            act, by=person, submission=uuid.uuid4(), on=today(), url="https://a.fr"
        )
        assert publishing.remind(day) == 0
        # Others' are not in one's list.
        assert act.reference not in (
            signed_in(story.lead).get(reverse("funding:publications")).content.decode()
        )

    def test_is_said_where_the_convention_or_the_record_comes_late(self) -> None:
        _story, option, person = confirmed()
        told = Notification.objects.filter(announcement__verb="grant_to_publish", user=person)
        # Signed two months after the deliberation: the delay runs from it.
        act = record_act(option, person, 1_000, on=today(-140), convention_on=today(-80))
        assert publishing.due_on(act) == today(10)
        assert publishing.remind() == 1 and told.count() == 1
        # Recorded after its due date, and mornings on which nothing ran: said all the same, once.
        record_act(option, person, 1_000, on=today(-300), convention_on=None)
        for _ in range(2):
            publishing.remind()
        assert told.count() == 2
        for _ in range(2):
            publishing.remind(today(60))
        assert told.count() == 2
        far = record_act(option, person, 1_000)
        publishing.remind(publishing.due_on(far) + dt.timedelta(days=200))
        assert told.count() == 3


def test_many_visits_are_read_page_by_page() -> None:
    story = reviewing()
    for number in range(12):
        reports.note_visit(
            story.pool, by=story.lead, organisation=organisation_of(story.lead),
            submission=uuid.uuid4(), on=today(), seen=f"Chantier {number:02}",
        )  # fmt: skip
    client = signed_in(story.lead)
    address = reverse("funding:follow", args=[story.pool.slug])
    first, second = (client.get(address, {"visites": n}).content.decode() for n in (1, 2))
    assert "Chantier 11" in first and "Chantier 00" not in first
    assert "Chantier 00" in second and "Chantier 11" not in second
