"""What the clock does to calls. Done twice, it does once."""

from __future__ import annotations

from procrastinate.contrib.django import app

from essaim.calls.actions import calendar, submitting, waves

from . import tasks_after, tasks_applying, tasks_deciding  # noqa: F401 - jobs are found by the name of this module alone


@app.periodic(cron="* * * * *")
@app.task(name="calls.by_the_clock", queueing_lock="calls.by_the_clock")
def by_the_clock(timestamp: int) -> None:
    """Calls whose hour has come open and close; those with a draft are told once; delays that ended
    leave what was submitted. Between two minutes, ``Call.is_taking`` reads the clock itself."""
    calendar.close_due()
    calendar.open_due()
    calendar.remind_drafts()
    submitting.keep_submitted_after_delays()
    waves.go_on_after_delays()
