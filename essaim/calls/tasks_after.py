"""What the worker does after applications came: exports. ``tasks.py`` makes them known."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

from essaim.calls.actions import exports, support

ATTEMPTS = 3


@app.task(
    name="calls.make_export",
    queue="archives",
    priority=10,  # someone waits in front of the page
    pass_context=True,
    retry=procrastinate.RetryStrategy(max_attempts=ATTEMPTS, linear_wait=5),
)
def make_export(context: procrastinate.JobContext, pk: int) -> None:
    try:
        exports.make(pk)
    except Exception:
        if context.job.attempts >= ATTEMPTS:
            exports.give_up(pk)
        raise


@app.periodic(cron="* * * * *")
@app.task(name="calls.resume_exports", queueing_lock="calls.resume_exports", queue="archives")
def resume_exports(timestamp: int) -> None:
    """A worker that died leaves exports that nobody continues."""
    exports.resume_forgotten()


@app.periodic(cron="25 3 * * *")
@app.task(name="calls.forget_exports", queueing_lock="calls.forget_exports")
def forget_exports(timestamp: int) -> None:
    exports.forget_old()


@app.periodic(cron="20 6 * * *")
@app.task(name="calls.remind_follow_ups", queueing_lock="calls.remind_follow_ups")
def remind_follow_ups(timestamp: int) -> None:
    support.remind_reports()
