"""What the worker does for introductions: nobody has to remember."""

from __future__ import annotations

from procrastinate.contrib.django import app

from essaim.introductions.actions import reminders


@app.periodic(cron="25 7 * * *")
@app.task(name="introductions.remind", queueing_lock="introductions.remind")
def remind(timestamp: int) -> None:
    """Each morning."""
    reminders.remind()
