"""A decision that changes after its publication takes the support plan, the list of what waits and
the archive of the call along."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from essaim.calls.actions import appeals, eligibility, ending, support
from essaim.calls.models import Appeal, Application, Call, Decision, Support
from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.following.models import Notification
from tests.calls.factories_after import member_of, supported
from tests.calls.factories_deciding import Jury, _now
from tests.calls.test_deciding_views import at, signed_in
from tests.dates import today

pytestmark = pytest.mark.django_db


def told(user: Any) -> list[str]:
    rows = Notification.objects.filter(user=user).order_by("pk")
    return list(rows.values_list("announcement__verb", flat=True))


def titles(user: Any) -> list[str]:
    return [str(each.title) for each in waiting_for(user)]


def plan(application: Application, by: Any) -> Support:
    return support.save_plan(
        application, by=by, version=0, who="Mission innovation", days=12, starts_on=today(),
        ends_on=today(365), milestones=[("Première session", today())],
    )  # fmt: skip


def with_plans() -> tuple[Jury, Application, Application]:
    """A laureate and one who waits, each with the plan prepared before the results."""
    jury = Jury(2).skipping()
    first, second = jury.applications
    for each in (first, second):
        plan(each, jury.officer)
    jury.published("laureate", "waiting")
    return jury, first, second


class TestGivingUp:
    def test_stops_the_plan_and_nothing_more_is_asked(self) -> None:
        jury, first, second = with_plans()
        assert support.remind_reports(today(365)) == 1
        appeals.give_up(first, reason="Plus d’équipe.", by=first.created_by)
        stopped = Support.objects.get(application=first)
        assert (stopped.state, stopped.outcome, stopped.review, stopped.closed_on) == (
            "closed", "stopped", "Plus d’équipe.", today(),
        )  # fmt: skip
        assert told(jury.officer).count("call_place_freed") == 1
        assert "call_support_closed" not in told(jury.officer), "one act, one message"
        assert support.remind_reports(today(365)) == 0
        assert "Écrire le bilan d’étape" not in titles(first.created_by)
        with pytest.raises(DomainError, match="lauréate"):
            support.open_again(first, by=jury.officer)
        page = signed_in(jury.officer).get(at("support", first.pk)).content.decode()
        assert at("open_support_again", first.pk) not in page
        # Who is called in their place has the plan that was prepared.
        appeals.call_next(jury.call, reasons="Une place est libre.", by=jury.officer)
        assert Support.objects.get(application=second).state == "running"
        assert "call_support_announced" in told(second.created_by)

    def test_leaving_the_waiting_list_the_plan_goes(self) -> None:
        _jury, _first, second = with_plans()
        appeals.give_up(second, reason="", by=second.created_by)
        assert not Support.objects.filter(application=second).exists()

    def test_a_plan_left_running_before_asks_nobody(self) -> None:
        found = supported(next_report_on=today())
        writer = member_of(found.application)
        assert "Écrire le bilan d’étape" in titles(writer)
        Application.objects.filter(pk=found.application_id).update(
            state="withdrawn", withdrawn_at=timezone.now()
        )
        assert "Écrire le bilan d’étape" not in titles(writer)
        assert support.remind_reports() == 0


def appealed(jury: Jury, application: Application) -> Appeal:
    return appeals.appeal(
        application, "Le motif est inexact.", by=application.created_by, key=uuid.uuid4()
    )


def silent(made: Appeal, **ago: float) -> Appeal:
    Appeal.objects.filter(pk=made.pk).update(answer_by=_now(**ago))
    made.refresh_from_db()
    return made


class TestAppeals:
    def story(self) -> tuple[Jury, Application, Appeal]:
        """``officer`` prepared and ``second`` published: ``third`` alone may answer."""
        jury = Jury(2).skipping().published("laureate", "not_selected")
        return jury, jury.applications[1], appealed(jury, jury.applications[1])

    def test_wait_with_their_date_for_who_may_answer(self) -> None:
        jury, _one, made = self.story()
        (found,) = [w for w in waiting_for(jury.third) if w.title == "Répondre à un recours"]
        assert found.due == made.answer_by.astimezone(jury.call.clock).date()
        for author in (jury.officer, jury.second):
            assert "Répondre à un recours" not in titles(author)

    def test_are_reminded_once_ten_days_before_silence(self) -> None:
        jury, _one, made = self.story()
        assert appeals.remind_appeals() == 0
        silent(made, days=9)
        for _day in range(2):
            assert appeals.remind_appeals() == 1
        assert told(jury.third).count("call_appeal_due") == 1
        assert "call_appeal_due" not in told(jury.officer)
        silent(made, days=-1)
        assert appeals.remind_appeals() == 0

    def test_the_pages_give_the_date_then_say_the_silence(self) -> None:
        jury, one, made = self.story()
        officer, side = signed_in(jury.third), signed_in(one.created_by)
        file, own = at("file", jury.call.slug, one.pk), at("decision", one.pk)
        page = officer.get(file).content.decode()
        assert "réponse avant le" in page and "à examiner" in page
        assert "Prochaine action" in page and "répondre au recours" in page
        silent(made, days=-1)
        assert "Répondre à un recours" not in titles(jury.third)
        for shown in (officer.get(file), side.get(own)):
            assert "rejeté par silence" in shown.content.decode().lower()
        assert "Rien n’est attendu." in officer.get(file).content.decode()
        assert "Aucune réponse n’est venue" in side.get(own).content.decode()
        listed = at("instruction", jury.call.slug) + "?a_faire=recours"
        assert one.title not in officer.get(listed).content.decode()
        # An answer with reasons may still replace the silence.
        appeals.answer_appeal(made, upheld=False, answer="Le motif tient.", by=jury.third)
        assert "Le motif tient." in side.get(own).content.decode()

    def test_of_an_ineligible_one_its_author_is_not_asked(self) -> None:
        jury = Jury(1)
        one = jury.applications[0]
        eligibility.decide(one, is_eligible=False, reasons="Hors zone.", by=jury.officer)
        made = appealed(jury, one)
        assert "Répondre à un recours" in titles(jury.second)
        assert "Répondre à un recours" not in titles(jury.officer)
        appeals.answer_appeal(made, upheld=True, answer="Exact.", by=jury.second)
        Call.objects.filter(pk=jury.call.pk).update(
            state="announced_results", results_at=timezone.now(), answer_days=30
        )
        (found,) = [w for w in waiting_for(jury.officer) if w.title.startswith("Décider, après")]
        made.refresh_from_db()
        assert made.answered_at is not None
        assert found.due == (made.answered_at + dt.timedelta(days=30)).astimezone(
            jury.call.clock
        ).date()  # fmt: skip


class TestArchive:
    def story(self) -> tuple[Jury, Application]:
        jury = Jury(3).skipping().published("laureate", "waiting", "not_selected")
        return jury, jury.applications[2]

    def test_not_while_somebody_may_appeal(self) -> None:
        jury, _refused = self.story()
        with pytest.raises(DomainError, match="recours est possible jusqu’au"):
            ending.archive(jury.call, by=jury.officer)
        Decision.objects.filter(call=jury.call).update(appeal_until=_now(minutes=-1))
        assert ending.archive(jury.call, by=jury.officer).state == "archived"

    def test_nor_while_an_appeal_waits_unless_silence_refused_it(self) -> None:
        jury, refused = self.story()
        made = appealed(jury, refused)
        Decision.objects.filter(call=jury.call).update(appeal_until=_now(minutes=-1))
        with pytest.raises(DomainError, match="attendent leur réponse"):
            ending.archive(jury.call, by=jury.officer)
        silent(made, minutes=-1)
        assert ending.archive(jury.call, by=jury.officer).state == "archived"

    def test_nor_while_what_an_appeal_took_up_is_to_be_decided(self) -> None:
        jury, refused = self.story()
        Decision.objects.filter(call=jury.call).update(appeal_until=_now(minutes=-1))
        Application.objects.filter(pk=refused.pk).update(state="submitted")
        with pytest.raises(DomainError, match="reprises après un recours"):
            ending.archive(jury.call, by=jury.officer)

    def test_who_is_called_afterwards_has_a_plan(self) -> None:
        jury, _refused = self.story()
        first, second, _third = jury.applications
        Decision.objects.filter(call=jury.call).update(appeal_until=_now(minutes=-1))
        ending.archive(jury.call, by=jury.officer)
        assert "Préparer l’accompagnement d’un lauréat" not in titles(jury.officer)
        appeals.give_up(first, reason="", by=first.created_by)
        appeals.call_next(jury.refresh(), reasons="Une place est libre.", by=jury.officer)
        assert "Préparer l’accompagnement d’un lauréat" in titles(jury.officer)
        second.refresh_from_db()
        assert plan(second, jury.officer).state == "running"
        assert "Préparer l’accompagnement d’un lauréat" not in titles(jury.officer)
