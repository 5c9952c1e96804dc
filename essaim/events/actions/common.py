"""What every act on an event begins with."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from essaim.common.errors import DomainError
from essaim.events.models import Event


def lock_event(event: Event | int) -> Event:
    """The event as it is now, nobody else changing it; before any lock on its registrations."""
    pk = event if isinstance(event, int) else event.pk
    return Event.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def move(row: Any, transition: str, *given: Any) -> None:
    try:
        getattr(row, transition)(*given)
    except TransitionNotAllowed as error:
        raise DomainError(
            _("Entre-temps, l’état est devenu « %(state)s » : relisez la page.")
            % {"state": row.get_state_display()}
        ) from error


def clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def one_line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())
