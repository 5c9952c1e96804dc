"""What the worker does for schemes: imports, and the days of their windows."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

ATTEMPTS = 3
PRIORITY = 10


@app.task(
    name="schemes.import",
    queue="imports",
    priority=PRIORITY,
    pass_context=True,
    retry=procrastinate.RetryStrategy(max_attempts=ATTEMPTS, linear_wait=5),
)
def run_import(context: procrastinate.JobContext, pk: int) -> None:
    """Import the file, from where the last job stopped."""
    from essaim.schemes.actions import imports

    try:
        imports.advance(pk)
    except Exception:
        if context.job.attempts >= ATTEMPTS:
            imports.fail_unexpectedly(pk)
        raise


@app.periodic(cron="* * * * *")
@app.task(name="schemes.resume_imports", queueing_lock="schemes.resume_imports", queue="imports")
def resume_imports(timestamp: int) -> None:
    from essaim.schemes.actions import imports

    imports.resume_forgotten()


@app.periodic(cron="10 6 * * *")
@app.task(name="schemes.days_of_windows", queueing_lock="schemes.days_of_windows")
def days_of_windows(timestamp: int) -> None:
    """Before the digests of the day leave."""
    from essaim.schemes import following

    following.days_of_windows()
