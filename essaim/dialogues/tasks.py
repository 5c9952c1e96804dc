"""What the worker does for management dialogues: nobody has to remember."""

from __future__ import annotations

from procrastinate.contrib.django import app

from essaim.dialogues.actions import reminders


@app.periodic(cron="40 6 * * *")
@app.task(name="dialogues.every_morning", queueing_lock="dialogues.every_morning")
def every_morning(timestamp: int) -> None:
    """Choices, steps and checks that are due."""
    reminders.every_morning()
