"""What the worker does for the innovator's path each morning."""

from __future__ import annotations

from procrastinate.contrib.django import app

from essaim.innovators.actions import opinions


@app.periodic(cron="30 6 * * *")
@app.task(name="innovators.follow_up", queueing_lock="innovators.follow_up")
def follow_up(timestamp: int) -> None:
    """Reminders of opinions (two at most, then silence is told) and of late steps."""
    opinions.follow_up_opinions()
    opinions.remind_late_steps()
