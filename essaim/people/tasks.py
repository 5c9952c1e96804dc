"""What the worker does for accounts: each night, and when someone asks for their data."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

from essaim.people import retention


@app.periodic(cron="40 3 * * *")
@app.task(name="people.apply_retention", queueing_lock="people.apply_retention")
def apply_retention(timestamp: int) -> None:
    """Erase what has been kept long enough, of every kind (settings.RETENTION)."""
    retention.apply_all()


ATTEMPTS = 3


@app.task(
    name="people.make_archive",
    queue="archives",
    pass_context=True,
    retry=procrastinate.RetryStrategy(max_attempts=ATTEMPTS, linear_wait=5),
)
def make_archive(context: procrastinate.JobContext, pk: int) -> None:
    """Put what is held about a person in a file."""
    from essaim.people.actions import archives

    try:
        archives.make(pk)
    except Exception:
        if context.job.attempts >= ATTEMPTS:
            archives.give_up(pk)
        raise
