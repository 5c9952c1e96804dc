"""What the worker does for replications: the form of the quarter, in its first days."""

from __future__ import annotations

from procrastinate.contrib.django import app

from essaim.replications.actions import reporting


@app.periodic(cron="0 7 2-20 1,4,7,10 *")
@app.task(name="replications.ask_for_news", queueing_lock="replications.ask_for_news")
def ask_for_news(timestamp: int) -> None:
    """Once for each site: other days find what the first could not reach."""
    reporting.ask_for_news()
