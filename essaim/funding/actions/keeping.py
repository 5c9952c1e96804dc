"""What time asks for: warnings, reminders, and what goes when a person leaves."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from essaim.funding import notifications
from essaim.funding.models import (
    Comment,
    Invitation,
    Meeting,
    Note,
    Option,
    OptionState,
    PilotReport,
    Pool,
    PoolDocument,
    ReportIndicator,
    State,
    Visit,
)

from .papers import remove_paper


def warn_of_expiry(today: dt.date | None = None) -> None:
    """Each warning once: its occasion is named by the option, its date and the delay."""
    day = today or timezone.localdate()
    warnings = sorted(settings.FUNDING["warning_days"])
    soon = Option.objects.filter(
        state=OptionState.PLEDGED,
        expires_on__gte=day,
        expires_on__lte=day + dt.timedelta(days=warnings[-1]),
    )
    for option in soon.select_related("pool"):
        left = (option.expires_on - day).days
        notifications.expiring(option, next(days for days in warnings if left <= days))


@transaction.atomic
def forget_person(user: Any) -> None:
    """Comments lose their words; what was said in an organisation's name stays the
    organisation's, without the person. The ledger keeps a number that leads to nobody."""
    Comment.objects.filter(by=user).delete()
    Note.objects.filter(by=user).update(by=None)


def erase_texts(days: int) -> int:
    """What people wrote around a pilot, for pools that ended longer ago than that: reports keep
    their dates and figures, the rest goes. Finding, opinions with their reasons, closing report,
    lesson, legal acts and ledger stay: they say what became of public money. Returns how many
    pools."""
    limit = timezone.localdate() - dt.timedelta(days=days)
    ended = Pool.objects.filter(state=State.CLOSED, closed_on__lt=limit) | Pool.objects.filter(
        state=State.ABANDONED, abandoned_on__lt=limit
    )
    return sum(_erase(pk) for pk in list(ended.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _erase(pk: int) -> int:
    """1 where something was left to erase."""
    pool = Pool.objects.select_for_update().get(pk=pk)
    erased = 0
    for rows in (
        Comment.objects.filter(report__pool=pool),
        ReportIndicator.objects.filter(report__pool=pool),
        Note.objects.filter(pool=pool),
        Visit.objects.filter(pool=pool),
        Invitation.objects.filter(pool=pool),
    ):
        erased += rows.delete()[0]
    for paper in PoolDocument.objects.filter(pool=pool):
        remove_paper(paper)
        erased += 1
    told = PilotReport.objects.filter(pool=pool).exclude(done="", learnt="", problems="")
    erased += told.update(done="", learnt="", problems="")
    meetings = Meeting.objects.filter(pool=pool).exclude(link="", minutes="")
    erased += meetings.update(link="", minutes="")
    return 1 if erased else 0
