"""What has served is not kept."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from essaim.contributions.models import Interest, ModerationCase, Report


def forget_closed_interests(days: int) -> int:
    """Interests taken back that long ago: their message went at once, their row goes now."""
    limit = timezone.now() - dt.timedelta(days=days)
    gone, _rows = Interest.objects.filter(
        state=Interest.State.CLOSED, closed_at__lt=limit
    ).delete()  # fmt: skip
    return gone


@transaction.atomic
def forget_complaints(days: int) -> int:
    """Who complained of what, and the words of appeals, once decided that long ago.

    That there were complaints, and what was decided of them, stays. Returns how many complaints.
    """
    limit = timezone.now() - dt.timedelta(days=days)
    old = ModerationCase.objects.filter(decided_at__lt=limit).filter(
        Q(appealed_at=None) | Q(appeal_decided_at__lt=limit)
    )
    old.exclude(appeal="").update(appeal="")
    return (
        Report.objects.filter(case__in=old)
        .filter(Q(by__isnull=False) | ~Q(text=""))
        .update(by=None, text="")
    )
