"""Reminders to readers who accepted: at most two in a round, kept on their seat."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from essaim.peers import notifications
from essaim.peers.models import Reading, Round, Seat, SeatState, State

MOST = 2


def remind_readers(now: dt.datetime | None = None) -> int:
    """Tell those who still have readings to do, some days before the deadline; how many told.

    Run by a daily job: run twice it tells nobody twice (one reminder for each of the delays).
    """
    now = now or timezone.now()
    days = settings.PEERS["reminder_days"]
    told = 0
    for found in Round.objects.filter(state=State.READING, read_by__gt=now):
        assert found.read_by is not None
        left = found.read_by - now
        due = sum(left <= dt.timedelta(days=each) for each in days[:MOST])
        if due:
            told += _remind(found.pk, at_least=due, now=now)
    return told


@transaction.atomic
def _remind(found: int, *, at_least: int, now: dt.datetime) -> int:
    waiting = Reading.objects.to_do().filter(item__round=found).values("seat")
    seats = Seat.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__in=waiting, state=SeatState.ACCEPTED, reminders__lt=min(at_least, MOST)
    )
    told = 0
    for seat in seats.select_related("user"):
        seat.reminders = at_least
        seat.reminded_at = now
        seat.save(update_fields=["reminders", "reminded_at"])
        notifications.reminded(seat)
        told += 1
    return told


@transaction.atomic
def remind_one(seat: Seat, *, by: Any) -> bool:
    """By a manager's hand: it counts among the two. False where both were sent."""
    seat = Seat.objects.select_for_update(no_key=True, of=("self",)).get(pk=seat.pk)
    if seat.reminders >= MOST or seat.state != SeatState.ACCEPTED:
        return False
    seat.reminders += 1
    seat.reminded_at = timezone.now()
    seat.save(update_fields=["reminders", "reminded_at"])
    notifications.reminded(seat)
    return True
