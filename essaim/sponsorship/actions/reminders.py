"""Each morning: who was advised says what came of it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from essaim.sponsorship import notifications
from essaim.sponsorship.models import HelpRequest

BATCH = 200


def due_to_conclude() -> QuerySet[HelpRequest]:
    """Advised, and not concluded so many days later: one reminder at each of these days, with at
    least as long between two, however late the job runs."""
    today = timezone.localdate()
    days: list[int] = settings.SPONSORSHIP["conclude_days"]
    wanted, before = Q(pk__in=[]), 0
    for number, each in enumerate(days):
        apart = today - dt.timedelta(days=each - before)
        wanted |= Q(reminders=number, advised_on__lte=today - dt.timedelta(days=each)) & (
            Q(reminded_on=None) | Q(reminded_on__lte=apart)
        )
        before = each
    return HelpRequest.objects.filter(wanted, state=HelpRequest.State.TAKEN_UP)


def remind_to_conclude() -> int:
    """Each in a transaction of its own: one that is being changed holds nobody back."""
    told = 0
    for pk in due_to_conclude().order_by("pk").values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            rows = HelpRequest.objects.select_for_update(skip_locked=True, of=("self",))
            row = rows.filter(pk=pk, state=HelpRequest.State.TAKEN_UP).first()
            if row is None or row.advised_on is None:
                continue
            row.reminders += 1
            row.reminded_on = timezone.localdate()
            row.save(update_fields=["reminders", "reminded_on"])
            notifications.remind_to_conclude(row)
            told += 1
    return told
