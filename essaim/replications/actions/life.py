"""The steps of a replication once committed, and its end."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.replications import notifications
from essaim.replications.models import DATED, Milestone, Replication, State
from essaim.replications.signals import replication_stopped

from .common import check_day, check_planned, last_day, locked, move

# The act that leads to each state.
ACTS = {State.PREPARING: "prepare", State.LIVE: "go_live", State.SUSTAINED: "sustain"}


@transaction.atomic
def advance(
    replication: Replication, to: str, *, by: Any, on: dt.date | None = None
) -> Replication:
    """To ``preparing``, ``live`` or ``sustained``, since that day. Done twice is once."""
    replication = locked(replication)
    if replication.state == to:
        return replication
    day = on or timezone.localdate()
    check_day(day, after=last_day(replication))
    field = DATED[State(to)]
    setattr(replication, field, day)
    move(replication, ACTS[State(to)], on=day, by=by, columns=[field])
    notifications.advanced(replication, by=by)
    return replication


@transaction.atomic
def stop(
    replication: Replication, *, reason: str, lesson: str, by: Any, on: dt.date | None = None
) -> Replication:
    """End it, by right to error: why, and what was learnt. The card's phase may go back.

    Called by either side; by what made it too (an abandoned pool). Links to its forms die.
    """
    replication = locked(replication)
    if replication.state == State.STOPPED:
        return replication
    reason, lesson = reason.strip(), lesson.strip()
    if not reason:
        raise DomainError(_("Dites pourquoi elle s’arrête."), field="reason")
    if not lesson:
        raise DomainError(
            _("Dites ce que l’on en a appris : c’est ce qui servira aux suivants."),
            field="lesson",
        )
    day = on or timezone.localdate()
    check_day(day, after=last_day(replication))
    replication.stopped_on = day
    replication.stop_reason, replication.stop_lesson = reason, lesson
    move(replication, "stop", on=day, by=by, columns=["stopped_on", "stop_reason", "stop_lesson"])
    now = timezone.now()
    replication.report_links.filter(used_at=None, replaced_at=None).update(replaced_at=now)
    notifications.stopped(replication, by=by)
    replication_stopped.send(sender=Replication, replication=replication, by=by)
    return replication


@transaction.atomic
def plan(
    replication: Replication,
    *,
    planned_on: dt.date | None,
    beneficiaries_target: int | None,
    learnt_from: Replication | None,
    reporter: Any,
) -> Replication:
    """Change what is planned, and who gives news (a member of the adopter)."""
    replication = locked(replication)
    check_planned(planned_on)
    _check_lineage(replication, learnt_from)
    if reporter is not None and not replication.adopter.memberships.filter(user=reporter).exists():
        raise DomainError(_("Cette personne n’est pas membre du repreneur."), field="reporter")
    replication.planned_on, replication.beneficiaries_target = planned_on, beneficiaries_target
    replication.learnt_from, replication.reporter = learnt_from, reporter
    replication.save(
        update_fields=["planned_on", "beneficiaries_target", "learnt_from", "reporter"]
    )
    return replication


def _check_lineage(replication: Replication, learnt_from: Replication | None) -> None:
    """A tree: nobody learns from those who learnt from them. The card is locked."""
    if learnt_from is None:
        return
    if learnt_from.initiative_id != replication.initiative_id:
        raise DomainError(_("Ce site a repris une autre initiative."), field="learnt_from")
    above = dict(
        Replication.objects.filter(initiative=replication.initiative_id).values_list(
            "pk", "learnt_from"
        )
    )
    seen: int | None = learnt_from.pk
    while seen is not None:
        if seen == replication.pk:
            raise DomainError(_("Ce site a lui-même appris de cette reprise."), field="learnt_from")
        seen = above.get(seen)


@transaction.atomic
def add_milestone(
    replication: Replication, *, title: str, planned_on: dt.date, submission: uuid.UUID
) -> Milestone:
    known = made_by_form(Milestone.objects, submission, replication=replication)
    check_planned(planned_on)
    return known or Milestone.objects.create(
        submission=submission, replication=replication, title=" ".join(title.split()),
        planned_on=planned_on,
    )  # fmt: skip


@transaction.atomic
def reach_milestone(milestone: Milestone, *, on: dt.date) -> Milestone:
    milestone = Milestone.objects.select_for_update().get(pk=milestone.pk)
    check_day(on)
    milestone.reached_on = on
    milestone.save(update_fields=["reached_on"])
    return milestone
