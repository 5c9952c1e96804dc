"""One way from a state to the next, and one word where somebody else was quicker."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from essaim.common.errors import DomainError


def move(row: Any, transition: str, *given: Any, field: str = "state") -> None:
    """Take the transition, with what it asks; the caller holds the row's lock and saves it.

    Raises DomainError, naming the state that ``field`` has now, where it leads nowhere from there.
    """
    try:
        getattr(row, transition)(*given)
    except TransitionNotAllowed as error:
        raise DomainError(
            _("Entre-temps, l’état est devenu « %(state)s » : relisez la page.")
            % {"state": getattr(row, f"get_{field}_display")()}
        ) from error
