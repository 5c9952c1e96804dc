"""What the worker does for evaluations: analyses, and the erasing of data on their date."""

from __future__ import annotations

import procrastinate
from django.utils import timezone
from procrastinate.contrib.django import app

from essaim.evaluations.actions import analyses, data, surveys

ATTEMPTS = 2
# Someone waits in front of the page.
PRIORITY = 10


@app.task(
    name="evaluations.analyse",
    queue="analyses",
    priority=PRIORITY,
    pass_context=True,
    retry=procrastinate.RetryStrategy(max_attempts=ATTEMPTS, linear_wait=5),
)
def analyse(context: procrastinate.JobContext, pk: int) -> None:
    try:
        analyses.make(pk)
    except Exception:
        if context.job.attempts >= ATTEMPTS:
            analyses.give_up(pk)
        raise


@app.periodic(cron="* * * * *")
@app.task(name="evaluations.resume", queueing_lock="evaluations.resume", queue="analyses")
def resume(timestamp: int) -> None:
    """A worker that died leaves analyses that nobody continues."""
    analyses.resume_forgotten()


@app.periodic(cron="5 * * * *")
@app.task(name="evaluations.erase_data", queueing_lock="evaluations.erase_data")
def erase_data(timestamp: int) -> None:
    """What was announced to people is done, and deposits that nobody described go."""
    data.erase_due()
    data.forget_undescribed()
    data.sweep_files()
    data.tell_deletions_near()


@app.periodic(cron="15 3 * * *")
@app.task(name="evaluations.keep_promises", queueing_lock="evaluations.keep_promises")
def keep_promises(timestamp: int) -> None:
    """Surveys past their last day are closed, answers past their date erased."""
    surveys.keep_promises(timezone.localdate())
