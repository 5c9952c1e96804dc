"""Jobs of instruction and decision: what the clock does, what is told to many."""

from __future__ import annotations

from procrastinate.contrib.django import app

CHUNK = 200


@app.task(name="calls.tell_results")
def tell_results(call: int) -> int:
    """Each applicant once: begun again after a stop, it tells those it had not."""
    from django.db import transaction

    from . import notifications_deciding as notifications
    from .models import Decision

    told = 0
    rows = (
        Decision.objects.filter(call=call, published_at__isnull=False)
        .select_related("application__call")
        .order_by("pk")
    )
    for decision in rows.iterator(CHUNK):
        with transaction.atomic():
            notifications.decided(decision)
        told += 1
    return told


@app.task(name="calls.stop_reading")
def stop_reading(call: int) -> int:
    """The round that read this call was abandoned."""
    from .actions import reading

    return reading.stop_reading(call)


@app.periodic(cron="25 6 * * *")
@app.task(name="calls.remind_appeals", queueing_lock="calls.remind_appeals")
def remind_appeals(timestamp: int = 0) -> int:
    """Before silence refuses them."""
    from .actions.appeals import remind_appeals as remind

    return remind()


@app.periodic(cron="*/15 * * * *")
@app.task(name="calls.completions")
def completions(timestamp: int = 0) -> dict[str, int]:
    """Reminders of what lacks, and the end of what did not come."""
    from .actions.eligibility import run_completions

    return run_completions()
