"""What the worker does for pools each morning. Done twice, it does once."""

from __future__ import annotations

from procrastinate.contrib.django import app

from essaim.funding.actions import deadlines, ending, keeping, publishing, reports


@app.periodic(cron="15 6 * * *")
@app.task(name="funding.every_morning", queueing_lock="funding.every_morning")
def every_morning(timestamp: int) -> None:
    """Options whose time is over expire, and those that soon will, the date of each step, reports due and grants to
    publish are said."""
    ending.expire_due()
    keeping.warn_of_expiry()
    deadlines.remind()
    reports.remind_reports()
    publishing.remind()
