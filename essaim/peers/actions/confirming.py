"""A proposal becomes readings, once."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.peers import notifications
from essaim.peers.conflicts import conflicts_between
from essaim.peers.models import (
    Plan,
    PlannedReading,
    PlanState,
    Reading,
    ReadingState,
    State,
)

from .common import check_can, check_state, lock_round
from .planning import REPLACING, basis_of


@transaction.atomic
def confirm_plan(plan: Plan, *, by: Any) -> Plan:
    """Give the readings to their readers, once: a second click finds it done; of two managers,
    the second is told."""
    found = lock_round(plan.round_id)
    plan = Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    if plan.state == PlanState.CONFIRMED:
        return plan
    check_state(found, *(REPLACING if plan.is_replacement else [State.ASSIGNING]))
    check_can(plan, plan.confirm)
    if plan.basis != basis_of(found):
        raise DomainError(
            _("Quelque chose a changé depuis ce calcul (un pair, un objet) : recalculez.")
        )
    rows = list(plan.pairs.select_related("item", "seat__user"))
    users = {row.seat.user_id for row in rows if row.seat.user_id}
    barred = conflicts_between(list(found.items.all()), users)
    if any((row.item_id, row.seat.user_id) in barred for row in rows):
        raise DomainError(_("Un conflit d’intérêts est apparu depuis ce calcul : recalculez."))
    now = timezone.now()
    origin = Reading.Origin.REPLACEMENT if plan.is_replacement else Reading.Origin.PLAN
    with pghistory.context(user=by.pk, action="confirm_plan"):
        _take_back(plan.summary.get("removed", []))
        _give(rows, origin, now, by)
        plan.confirm()
        plan.save()
        if not plan.is_replacement:
            found.read()
            found.decided_by = by
            found.save(update_fields=["state", "decided_by"])
    seats = {row.seat_id: row.seat for row in rows}
    notifications.readings_assigned([seats[pk] for pk in sorted(seats)])
    return plan


def _take_back(readings: list[int]) -> None:
    for reading in (
        Reading.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=readings, state=ReadingState.ASSIGNED, version=0)
        .select_related("seat__user")
    ):
        reading.remove()
        reading.save(update_fields=["state"])
        notifications.reading_removed(reading)


def _give(rows: list[PlannedReading], origin: str, now: Any, by: Any) -> None:
    """Readings for these pairs; one taken back earlier is given again."""
    again = {
        (reading.item_id, reading.seat_id): reading
        for reading in Reading.objects.filter(
            item__in={row.item_id for row in rows}, state=ReadingState.REMOVED
        )
    }
    new = []
    for row in rows:
        known = again.get((row.item_id, row.seat_id))
        if known is None:
            new.append(
                Reading(
                    item_id=row.item_id,
                    seat_id=row.seat_id,
                    origin=origin,
                    similarity=row.similarity,
                    parts=row.parts,
                    assigned_at=now,
                    assigned_by=by,
                )
            )
            continue
        known.assign_again()
        known.origin, known.assigned_at, known.assigned_by = origin, now, by
        known.save(update_fields=["state", "origin", "assigned_at", "assigned_by"])
    Reading.objects.bulk_create(new, batch_size=2000)
