"""What the worker does for accounts each night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from essaim.people import retention


@app.periodic(cron="40 3 * * *")
@app.task(name="people.apply_retention", queueing_lock="people.apply_retention")
def apply_retention(timestamp: int) -> None:
    """Erase what has been kept long enough, of every kind (settings.RETENTION)."""
    retention.apply_all()
