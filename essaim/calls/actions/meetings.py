"""Meetings of the jury and who attended."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.calls.models import Attendance, Call, Meeting, State
from essaim.common.errors import DomainError
from essaim.common.once import made_by_form

from .deciding_common import check_call, lock_call

WHEN = (State.CLOSED, State.READING, State.DECIDING)


@transaction.atomic
def add_meeting(call: Call, *, key: uuid.UUID, by: Any, **fields: Any) -> Meeting:
    """The same form sent twice notes one meeting."""
    call = lock_call(call)
    known = made_by_form(Meeting.objects, key, call=call)
    if known is not None:
        return known
    return Meeting.objects.create(call=call, submission=key, by=by, **fields)


@transaction.atomic
def add_attendance(meeting: Meeting, *, name: str, part: str, is_present: bool, by: Any) -> Any:
    call = lock_call(meeting.call_id)
    check_call(call, WHEN)
    name = " ".join(name.split())
    made, created = Attendance.objects.get_or_create(
        meeting=meeting, name=name, defaults={"part": part, "is_present": is_present}
    )
    if not created and (made.part, made.is_present) != (part, is_present):
        made.part, made.is_present = part, is_present
        made.save(update_fields=["part", "is_present"])
    return made


@transaction.atomic
def remove_attendance(meeting: Meeting, pk: int, *, by: Any) -> None:
    """Before results: afterwards the minutes are what they are."""
    call = lock_call(meeting.call_id)
    if call.results_at is not None:
        raise DomainError(_("Les résultats sont publiés : la présence ne change plus."))
    Attendance.objects.filter(meeting=meeting, pk=pk).delete()
