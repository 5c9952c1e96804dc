"""What the worker does for management dialogues: nobody has to remember, nobody waits for it."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

from essaim.dialogues.actions import figure_files, reminders

ATTEMPTS = 3


@app.periodic(cron="40 6 * * *")
@app.task(name="dialogues.every_morning", queueing_lock="dialogues.every_morning")
def every_morning(timestamp: int) -> None:
    """Choices, steps and checks that are due."""
    reminders.every_morning()


@app.task(
    name="dialogues.read_figures",
    queue="imports",
    priority=10,
    pass_context=True,
    retry=procrastinate.RetryStrategy(max_attempts=ATTEMPTS, linear_wait=5),
)
def read_figures(context: procrastinate.JobContext, pk: int) -> None:
    """Read a file of the centre's own figures, and load it."""
    try:
        figure_files.advance(pk)
    except Exception:
        if context.job.attempts >= ATTEMPTS:
            figure_files.give_up(pk)
        raise


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="dialogues.resume_figures",
    queueing_lock="dialogues.resume_figures",
    queue="imports",
    priority=10,
)
def resume_figures(timestamp: int) -> None:
    """A worker that died leaves files that nobody continues."""
    figure_files.resume_forgotten()
