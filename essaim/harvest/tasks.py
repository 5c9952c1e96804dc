"""The passages of the night, and those asked by hand."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

from essaim.harvest.actions import duplicates, runs

ATTEMPTS = 3


@app.task(
    name="harvest.run",
    queue="harvest",  # of its own: it sleeps between two requests, and waits for slow servers
    pass_context=True,
    retry=procrastinate.RetryStrategy(max_attempts=ATTEMPTS, linear_wait=30),
)
def run_harvest(context: procrastinate.JobContext, pk: int) -> None:
    """Do the passage, or go on with it where the last job stopped."""
    try:
        runs.advance(pk)
    except Exception:
        if context.job.attempts >= ATTEMPTS:
            runs.give_up(pk)
        raise


@app.task(name="harvest.find_duplicates", queue="imports", retry=3)
def find_duplicates(pk: int) -> None:
    """Compare what a passage brought with the bank."""
    duplicates.find_for(pk)


@app.task(name="harvest.compare_published", queue="imports", retry=3)
def compare_published(keys: list[int]) -> None:
    """A draft has no meaning in the index: once published, it is compared again."""
    duplicates.propose_all(keys)


@app.periodic(cron="40 1 * * *")
@app.task(name="harvest.every_night", queueing_lock="harvest.every_night")
def every_night(timestamp: int) -> None:
    runs.start_nightly()


@app.periodic(cron="*/2 * * * *")
@app.task(name="harvest.resume", queueing_lock="harvest.resume", queue="imports")
def resume(timestamp: int) -> None:
    """A worker that died leaves passages that nobody continues."""
    runs.resume_forgotten()
