"""What the worker does for kits: their archives."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

from essaim.kits.actions import archives

ATTEMPTS = 3


@app.task(
    name="kits.build_archive",
    queue="archives",
    priority=5,
    pass_context=True,
    retry=procrastinate.RetryStrategy(max_attempts=ATTEMPTS, linear_wait=5),
)
def build_archive(context: procrastinate.JobContext, pk: int) -> None:
    try:
        archives.build(pk)
    except Exception:
        if context.job.attempts >= ATTEMPTS:
            archives.give_up(pk)
        raise


@app.periodic(cron="* * * * *")
@app.task(name="kits.resume_archives", queueing_lock="kits.resume_archives", queue="archives")
def resume_archives(timestamp: int) -> None:
    """A worker that died leaves archives that nobody continues."""
    archives.resume_forgotten()
