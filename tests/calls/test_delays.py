"""A delay granted to one application: what was submitted never falls out of the call when it ends,
and nothing is read or decided while it runs."""

from __future__ import annotations

from typing import Any

import pytest

from essaim.calls import tasks
from essaim.calls.actions import calendar, eligibility, submitting
from essaim.calls.actions import reading as reading_actions
from essaim.calls.models import Application, Call
from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.following.models import Notification
from tests.calls.factories import now, officer
from tests.calls.factories_applying import Story, save, submit, submitted
from tests.calls.factories_deciding import Jury, _now
from tests.calls.test_deciding_views import at, signed_in

pytestmark = pytest.mark.django_db


def told(user: Any) -> list[str]:
    rows = Notification.objects.filter(user=user).order_by("pk")
    return list(rows.values_list("announcement__verb", flat=True))


def reopened_with_a_delay() -> tuple[Story, Any]:
    """Submitted, opened again, granted a delay before the closing; the call is closed."""
    story = submitted()
    run = officer(story.call)
    submitting.reopen(story.application, by=story.holder)
    save(story, "projet", {"what": "Autre chose."})
    submitting.extend(story.application, by=run, until=now(days=40))
    Call.objects.filter(pk=story.call.pk).update(closes_at=now(hours=-1))
    calendar.close_due()
    assert story.fresh().state == "draft"
    return story, run


def end_delay(story: Story) -> None:
    Application.objects.filter(pk=story.application.pk).update(extended_to=now(minutes=-1))


def test_what_was_submitted_stands_when_the_delay_ends() -> None:
    story, run = reopened_with_a_delay()
    assert submitting.keep_submitted_after_delays() == 0  # it still runs
    end_delay(story)
    tasks.by_the_clock(0)
    found = story.fresh()
    assert (found.state, found.last_number) == ("submitted", 1)
    assert found.answers.get(block="projet").content["what"].startswith("Former")
    assert submitting.keep_submitted_after_delays() == 0
    # Its side and those who run the call are told, and it waits for them like the others.
    assert told(story.holder).count("call_submitted_kept") == 1
    assert told(run).count("call_submitted_kept") == 1
    assert "Dire si 1 candidature est recevable" in [str(w.title) for w in waiting_for(run)]
    eligibility.decide(found, is_eligible=True, reasons="", by=run)


def test_used_in_time_the_delay_gives_the_new_version() -> None:
    story, _run = reopened_with_a_delay()
    submit(story)
    end_delay(story)
    assert submitting.keep_submitted_after_delays() == 0
    assert (story.fresh().state, story.application.last_number) == ("submitted", 2)


def test_at_the_closing_its_side_is_told_which_version_counts() -> None:
    story = submitted()
    run = officer(story.call)
    submitting.reopen(story.application, by=story.holder)
    Call.objects.filter(pk=story.call.pk).update(closes_at=now(hours=-1))
    calendar.close_due()
    assert "call_submitted_kept" in told(story.holder)
    assert "call_submitted_kept" not in told(run) and "call_closed" in told(run)


def test_one_that_fell_out_of_a_call_being_read_comes_back() -> None:
    story, run = reopened_with_a_delay()
    Call.objects.filter(pk=story.call.pk).update(state="reading")
    assert submitting.keep_submitted_after_delays() == 1
    assert story.fresh().state == "submitted"
    assert "Dire si 1 candidature est recevable" in [str(w.title) for w in waiting_for(run)]


def test_nothing_is_read_or_decided_while_a_delay_runs() -> None:
    jury = Jury(1).eligible()
    draft = Application.objects.create(
        call=jury.call, title="En retard", organisation=jury.applications[0].organisation,
        extended_to=_now(days=2),
    )  # fmt: skip

    def open_reading() -> Any:
        return reading_actions.open_reading(
            jury.call, answer_by=_now(days=5), read_by=_now(days=20), discuss_by=_now(days=30),
            per_item={"jury": 2}, by=jury.officer,
        )  # fmt: skip

    with pytest.raises(DomainError, match="court jusqu’au"):
        open_reading()
    page = signed_in(jury.officer).get(at("reading", jury.call.slug)).content.decode()
    assert "la lecture commence après" in page
    Call.objects.filter(pk=jury.call.pk).update(skips=["reading"])
    with pytest.raises(DomainError, match="court jusqu’au"):
        reading_actions.start_deciding(jury.call, by=jury.officer)
    # A shorter one is granted, and told; once it has ended the reading begins.
    submitting.extend(draft, by=jury.officer, until=_now(days=1))
    Application.objects.filter(pk=draft.pk).update(extended_to=_now(minutes=-1))
    open_reading()
    assert jury.refresh().state == "reading"


def test_the_minute_between_a_delay_and_the_clock_loses_nothing() -> None:
    story, run = reopened_with_a_delay()
    end_delay(story)
    Call.objects.filter(pk=story.call.pk).update(skips=["reading"])
    with pytest.raises(DomainError, match="dans une minute"):
        reading_actions.start_deciding(story.call, by=run)
