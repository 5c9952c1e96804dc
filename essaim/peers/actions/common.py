"""What the actions of this room share: locks, in one order, and refusals in words."""

from __future__ import annotations

from typing import Any

import pghistory
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.common.errors import DomainError
from essaim.common.text import clean
from essaim.peers.models import Reading, Round, Seat

# Always the round before its seats, and these before readings: nobody waits in a circle.


def as_reader(seat: Seat, action: str) -> Any:
    """What a reader does is kept with their seat, not with their account: history cannot be
    erased, and their account can."""
    return pghistory.context(user=None, seat=seat.pk, action=action)


def lock_round(found: Round | int) -> Round:
    pk = found if isinstance(found, int) else found.pk
    return Round.objects.select_for_update(no_key=True).get(pk=pk)


def lock_seat(seat: Seat) -> tuple[Round, Seat]:
    locked = lock_round(seat.round_id)
    return locked, Seat.objects.select_for_update(no_key=True).get(pk=seat.pk)


def lock_reading(reading: Reading) -> tuple[Round, Reading]:
    """With its round: a deadline or a state that changes meanwhile waits, or is seen."""
    locked = lock_round(Round.objects.values_list("pk", flat=True).get(items=reading.item_id))
    found = (
        Reading.objects.select_for_update(no_key=True, of=("self",))
        .select_related("item", "seat__college", "seat__user")
        .get(pk=reading.pk)
    )
    found.item.round = locked
    return locked, found


def check_state(found: Round, *states: str) -> None:
    if found.state not in states:
        raise DomainError(
            _("Cette lecture est maintenant « %(state)s » : cette action n’a plus lieu d’être.")
            % {"state": found.get_state_display()}
        )


def check_can(obj: Any, transition: Any) -> None:
    if not can_proceed(transition):
        raise DomainError(
            _("C’est déjà « %(state)s » : cette action n’a plus lieu d’être.")
            % {"state": obj.get_state_display()}
        )


def reason_given(text: str, field: str = "reason") -> str:
    text = clean(text)
    if not text:
        raise DomainError(_("Dites pourquoi."), field=field)
    return text
