"""What the worker does for the catalogue: long editions."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

from essaim.catalogue import actions

ATTEMPTS = 2


@app.task(
    name="catalogue.make_edition",
    queue="archives",
    priority=5,
    pass_context=True,
    retry=procrastinate.RetryStrategy(max_attempts=ATTEMPTS, linear_wait=5),
)
def make_edition(context: procrastinate.JobContext, pk: int) -> None:
    try:
        actions.make(pk)
    except Exception:
        if context.job.attempts >= ATTEMPTS:
            actions.give_up(pk)
        raise


@app.periodic(cron="15 3 * * *")
@app.task(name="catalogue.forget_old", queueing_lock="catalogue.forget_old")
def forget_old(timestamp: int) -> None:
    actions.forget_old()
