"""Each morning: who has not answered, who has not said what came out, what to talk of again."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from essaim.introductions import notifications
from essaim.introductions.models import Introduction

BATCH = 200


def remind() -> dict[str, int]:
    """How many of each; each introduction in a transaction of its own, so that one that fails
    or is being changed does not hold back the others."""
    return {
        "answer": _each(due_for_answer(), Introduction.State.REQUESTED),
        "say": sum(_each(due_to_say(state), state) for state in Introduction.GOING),
        "again": _again(),
    }


def due_for_answer() -> QuerySet[Introduction]:
    found = Introduction.objects.filter(state=Introduction.State.REQUESTED)
    return _due(found, settings.INTRODUCTIONS["answer_days"])


def due_to_say(state: str) -> QuerySet[Introduction]:
    """An exchange or a visit agreed on: once its day has passed, not before."""
    delays: dict[str, int] = settings.INTRODUCTIONS["say_days"]
    today = timezone.localdate()
    found = Introduction.objects.filter(state=state)
    planned = Q(exchange_on__gte=today) | Q(visit_on__gte=today)
    return _due(found.exclude(planned), delays[state])


def _due(found: QuerySet[Introduction], days: int) -> QuerySet[Introduction]:
    """Since it moved, then as long since the last reminder; so many reminders at most."""
    limit = timezone.localdate() - dt.timedelta(days=days)
    return found.filter(
        Q(reminded_on=None) | Q(reminded_on__lte=limit),
        moved_on__lte=limit,
        reminders__lt=settings.INTRODUCTIONS["reminders"],
    )


def _each(found: QuerySet[Introduction], state: str) -> int:
    told = 0
    for pk in found.order_by("pk").values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            row = (
                Introduction.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(pk=pk, state=state)
                .first()
            )
            if row is None:
                continue
            row.reminders += 1
            row.reminded_on = timezone.localdate()
            row.save(update_fields=["reminders", "reminded_on"])
            if state == Introduction.State.REQUESTED:
                notifications.remind_to_answer(row)
            else:
                notifications.remind_to_say(row)
            told += 1
    return told


def _again() -> int:
    """« Not now », and the day has come: told once."""
    due = Introduction.objects.filter(
        outcome="not_now", ask_again_on__lte=timezone.localdate(), reminded_on=None
    )
    told = 0
    for pk in due.order_by("pk").values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            row = Introduction.objects.select_for_update().get(pk=pk)
            row.reminded_on = timezone.localdate()
            row.save(update_fields=["reminded_on"])
            notifications.ask_again(row)
            told += 1
    return told
