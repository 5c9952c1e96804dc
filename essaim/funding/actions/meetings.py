"""Meetings of the review calendar: planned, moved, held, taken back; the pool is told each time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.funding import notifications
from essaim.funding.models import ALIVE, Meeting, Pool

from .common import lock_pool, require_recent, require_state


@transaction.atomic
def plan_meeting(pool: Pool, *, by: Any, on: dt.date, link: str = "", minutes: str = "") -> Meeting:
    """A date of the review calendar; the same form twice plans one. Another meeting on that day
    is refused: nothing that was written is lost under it."""
    pool = lock_pool(pool.pk)
    require_state(pool, *ALIVE)
    require_recent(on, field="on")
    minutes = minutes.strip()
    known = pool.meetings.filter(on=on).first()
    if known is not None and (known.link, known.minutes) == (link, minutes):
        return known
    _require_free(known)
    made = Meeting.objects.create(pool=pool, on=on, link=link, minutes=minutes)
    notifications.meeting_planned(pool, by=by)
    return made


@transaction.atomic
def change_meeting(
    meeting: Meeting, *, by: Any, on: dt.date, link: str = "", minutes: str = ""
) -> Meeting:
    """Its date, its link or its minutes; what the form shows is what stays."""
    found = _lock(meeting)
    require_recent(on, field="on")
    minutes = minutes.strip()
    moved, told = found.on != on or found.link != link, found.minutes != minutes
    if not moved and not told:
        return found
    _require_free(found.pool.meetings.filter(on=on).exclude(pk=found.pk).first())
    found.on, found.link, found.minutes = on, link, minutes
    found.save(update_fields=["on", "link", "minutes"])
    if moved:
        notifications.meeting_moved(found.pool, by=by)
    elif minutes:
        notifications.meeting_told(found.pool, by=by)
    return found


@transaction.atomic
def remove_meeting(meeting: Meeting, *, by: Any) -> None:
    """One that has its minutes was held: it stays."""
    found = _lock(meeting)
    if found.minutes:
        raise DomainError(_("Cette réunion a son compte rendu : elle reste."))
    found.delete()
    notifications.meeting_cancelled(found.pool, by=by)


def _lock(meeting: Meeting) -> Meeting:
    pool = lock_pool(meeting.pool_id)
    require_state(pool, *ALIVE)
    found = Meeting.objects.select_for_update().filter(pk=meeting.pk).first()
    if found is None:
        raise DomainError(_("Cette réunion n’est plus là : relisez la page."))
    found.pool = pool
    return found


def _require_free(known: Meeting | None) -> None:
    if known is not None:
        raise DomainError(
            _("Une réunion est déjà prévue ce jour-là : modifiez-la depuis la page."), field="on"
        )
