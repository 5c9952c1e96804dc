"""What the worker does for the picture of the whole: every night, and when a manager asks."""

from __future__ import annotations

from procrastinate.contrib.django import app

from essaim.insights.actions import figures, forecasts


@app.periodic(cron="20 4 * * *")
@app.task(name="insights.recompute", queueing_lock="insights.recompute", lock="insights")
def recompute(timestamp: int) -> None:
    figures.recompute()
    forecasts.recompute_all()


@app.task(name="insights.recompute_now", queueing_lock="insights.recompute_now", lock="insights")
def recompute_now() -> None:
    figures.recompute()
    forecasts.recompute_all()
