"""What the worker does for events: nobody has to remember, nobody waits for it."""

from __future__ import annotations

from procrastinate.contrib.django import app

from essaim.events.actions import meetings, reminders


@app.periodic(cron="35 6 * * *")
@app.task(name="events.every_morning", queueing_lock="events.every_morning")
def every_morning(timestamp: int) -> None:
    """Reminders, events that ended, what came of them."""
    reminders.every_morning()


@app.task(name="events.tell_registered")
def tell_registered(event: int, verb: str, once: str, by: int | None = None) -> None:
    """Everyone who comes or waits, once; done twice, nobody is told twice."""
    from django.db import transaction

    from essaim.events import notifications
    from essaim.events.models import Event
    from essaim.people.models import User

    with transaction.atomic():
        notifications.tell_registered(
            Event.objects.get(pk=event), verb, once=once, by=User.objects.filter(pk=by or 0).first()
        )


@app.task(name="events.compute_meetings")
def compute_meetings(event: int) -> None:
    meetings.compute_meetings(event)
