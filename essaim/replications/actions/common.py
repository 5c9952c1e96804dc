"""What every act on a replication shares: locks, steps, the card told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.common.errors import DomainError
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Fact, Initiative
from essaim.replications.models import DATED, Replication, State, StateChange

FARTHEST = 3653  # days; ours


def lock_card(pk: int) -> Initiative:
    """The card first, then the replication: the order of every act, so that none waits in a
    circle, and the one that facts are recorded in."""
    return Initiative.objects.select_for_update(no_key=True).get(pk=pk)


def locked(replication: Replication) -> Replication:
    """As it is now, without joins that would be read as they were before the wait."""
    card = lock_card(replication.initiative_id)
    found = Replication.objects.select_for_update().get(pk=replication.pk)
    found.initiative = card
    return found


def check_day(on: dt.date, *, after: dt.date | None = None, field: str = "on") -> None:
    if on > timezone.localdate():
        raise DomainError(
            _("Cette date est à venir : donnez celle où cela s’est fait."), field=field
        )
    if after is not None and on < after:
        raise DomainError(_("Cette date précède l’étape d’avant."), field=field)


def check_planned(day: dt.date | None, *, field: str = "planned_on") -> None:
    """What is planned is read by all, forecasts included: not a year mistyped."""
    if day is not None and day > timezone.localdate() + dt.timedelta(days=FARTHEST):
        raise DomainError(_("Cette date est dans plus de dix ans : vérifiez l’année."), field=field)


def last_day(replication: Replication) -> dt.date:
    """The latest date that a step left."""
    days = [
        replication.interested_on,
        replication.committed_on,
        *(getattr(replication, field) for field in DATED.values()),
    ]
    return max(day for day in days if day is not None)


def move(replication: Replication, name: str, *, on: dt.date, by: Any, columns: list[str]) -> None:
    """Make the transition, keep its step, tell the card. The caller holds the lock and has set
    the columns."""
    act = getattr(replication, name)
    if not can_proceed(act):
        raise DomainError(
            _("Cette reprise est maintenant « %(state)s » : relisez-la.")
            % {"state": replication.get_state_display()}
        )
    previous = replication.state
    act()
    replication.save(update_fields=["state", *columns])
    note_step(replication, previous, on=on, by=by)
    tell_card(replication, by=by)


def note_step(replication: Replication, previous: str, *, on: dt.date, by: Any) -> None:
    StateChange.objects.create(
        replication=replication, previous=previous, state=replication.state, on=on, by=by
    )


def tell_card(replication: Replication, *, by: Any) -> None:
    """The fact by which the phase « replicate » comes and goes (§ 2). An intention is none."""
    if replication.committed_on is None:
        return
    stopped = replication.state == State.STOPPED
    on = replication.stopped_on if stopped else replication.committed_on
    record_fact(
        replication.initiative,
        Fact.Kind.REPLICATION,
        replication.fact_source,
        {"status": replication.state, "territory": replication.territory.address},
        on.isoformat() if on else "",
        by=by,
    )
