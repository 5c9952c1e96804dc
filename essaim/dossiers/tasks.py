"""What the worker does for files each morning. Done twice, it does once."""

from __future__ import annotations

from procrastinate.contrib.django import app

from essaim.dossiers.actions import reports


@app.periodic(cron="25 6 * * *")
@app.task(name="dossiers.every_morning", queueing_lock="dossiers.every_morning")
def every_morning(timestamp: int) -> None:
    """Financial reports that are due are said."""
    reports.remind()
