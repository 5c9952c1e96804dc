"""Each morning: events that come soon, those that ended, what came of them. Done twice, it does
once."""

from __future__ import annotations

import calendar
import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from essaim.events import notifications
from essaim.events.models import COMING, Event, FollowUp

from .common import lock_event
from .events import finish


def every_morning() -> dict[str, int]:
    return {"reminded": remind(), "finished": finish_past(), "followed": follow_up()}


def remind() -> int:
    """Who comes is reminded once, so many days before; again only where the event moved since."""
    soon = timezone.now() + dt.timedelta(days=settings.EVENTS["reminder_days"])
    due = Event.objects.coming().filter(starts_at__lte=soon, reminded_on=None)
    told = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            event = lock_event(pk)
            if event.reminded_on is not None or not event.is_coming:
                continue
            event.reminded_on = timezone.localdate()
            event.save(update_fields=["reminded_on"])
            told += notifications.tell_registered(
                event, notifications.REMINDER, once=f"reminder:{event.sequence}"
            )
    return told


def finish_past() -> int:
    due = Event.objects.filter(state__in=COMING, ends_at__lte=timezone.now())
    rows = list(due.order_by("pk"))
    for event in rows:
        finish(event)
    return len(rows)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of its month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(
        year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1])
    )


def follow_up() -> int:
    """Who came is asked once what came of it, three and six months later. An event too old to be
    asked about (the platform was stopped) is left alone."""
    today = timezone.localdate()
    asked = 0
    for months in settings.EVENTS["follow_up_months"]:
        oldest = today - dt.timedelta(days=31 * (months + 2))
        events = Event.objects.filter(state="done", ends_at__date__gte=oldest)
        for event in events.order_by("pk"):
            if months_later(timezone.localdate(event.ends_at), months) <= today:
                asked += _ask(event, months)
    return asked


@transaction.atomic
def _ask(event: Event, months: int) -> int:
    """Those who did not come are not asked; where nobody noted who came, all the registered."""
    event = lock_event(event)
    rows = event.registrations.registered().filter(user__is_active=True).exclude(attended=False)
    asked = 0
    for row in rows.exclude(follow_ups__months=months).select_related("user"):
        FollowUp.objects.create(registration=row, months=months)
        notifications.follow_up(row, months)
        asked += 1
    return asked
