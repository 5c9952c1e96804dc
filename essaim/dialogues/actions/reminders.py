"""Each morning: choices that are due, steps that come, checks and meetings nobody noted. What was
told under a name of its own is told once, however often this runs."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone

from essaim.dialogues import notifications
from essaim.dialogues.models import CHOSEN, Check, Dialogue, ProposalState, Step


def every_morning() -> dict[str, int]:
    return {"choices": remind_choices(), "steps": remind_steps(), "checks": remind_checks()}


def remind_choices() -> int:
    """So many days before they are expected, then the day after: two reminders at most."""
    today = timezone.localdate()
    soon = today + dt.timedelta(days=settings.DIALOGUES["remind_days"])
    rows = Dialogue.objects.filter(
        state="sent", campaign__state="open", proposals__state=ProposalState.PROPOSED,
        campaign__answers_by__lte=soon, campaign__answers_by__gte=today - dt.timedelta(days=31),
    )  # fmt: skip
    told = 0
    for dialogue in rows.select_related("campaign").distinct().order_by("pk"):
        due = dialogue.campaign.answers_by
        told += notifications.choices_due(
            dialogue, once=f"choices:{dialogue.pk}:{due}:{'late' if due < today else 'soon'}"
        )
    return told


def remind_steps() -> int:
    today = timezone.localdate()
    soon = today + dt.timedelta(days=settings.DIALOGUES["step_days"])
    rows = Step.objects.filter(
        done_on=None, due_on__lte=soon, due_on__gte=today - dt.timedelta(days=31),
        proposal__state__in=CHOSEN, proposal__dialogue__state__in=["sent", "agreed"],
    )  # fmt: skip
    told = 0
    for step in rows.select_related("proposal__dialogue").order_by("pk"):
        told += notifications.step_due(step)
    return told


def remind_checks() -> int:
    """The day after a check was planned, who runs the campaign and the territory say what was
    seen."""
    today = timezone.localdate()
    rows = Check.objects.filter(
        seen="", on__lt=today, on__gte=today - dt.timedelta(days=31),
        proposal__dialogue__state__in=["sent", "agreed"],
    )  # fmt: skip
    told = 0
    for check in rows.select_related("proposal__dialogue").order_by("pk"):
        told += notifications.check_due(check)
    return told
