"""What the worker does for sponsors: nobody waits for someone who does not answer."""

from __future__ import annotations

from procrastinate.contrib.django import app

from essaim.sponsorship.actions import reminders, requests


@app.periodic(cron="10 7 * * *")
@app.task(name="sponsorship.follow_up", queueing_lock="sponsorship.follow_up")
def follow_up(timestamp: int) -> None:
    """Each morning: pass on what was not taken up in time, look again, remind of late advice, and of
    saying what came of one."""
    requests.pass_on_silent()
    requests.look_again_for_all()
    requests.remind_late_advice()
    reminders.remind_to_conclude()
