"""What the worker does for territories: files of indicators."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

from essaim.territories.actions import indicator_imports

ATTEMPTS = 3


@app.task(
    name="territories.import",
    queue="imports",
    priority=10,
    pass_context=True,
    retry=procrastinate.RetryStrategy(max_attempts=ATTEMPTS, linear_wait=5),
)
def run_import(context: procrastinate.JobContext, pk: int) -> None:
    """Check the file, or load what was checked."""
    try:
        indicator_imports.advance(pk)
    except Exception:
        if context.job.attempts >= ATTEMPTS:
            indicator_imports.give_up(pk)
        raise


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="territories.resume_imports",
    queueing_lock="territories.resume_imports",
    queue="imports",
    priority=10,
)
def resume_imports(timestamp: int) -> None:
    """A worker that died leaves imports that nobody continues."""
    indicator_imports.resume_forgotten()
