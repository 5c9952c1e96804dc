"""What every act on a call shares: the lock, the step."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.calls.models import Application, Call
from essaim.calls.signals import call_saved
from essaim.common.errors import DomainError


def lock_call(pk: int) -> Call:
    """The call first, in every act on it: whoever comes second sees what the first one did."""
    return Call.objects.select_for_update().get(pk=pk)


def moved_on(call: Call) -> DomainError:
    return DomainError(
        _("Cet appel est maintenant « %(state)s » : relisez sa page.") % {"state": call.state_name}
    )


def require_state(call: Call, *states: str) -> None:
    if call.state not in states:
        raise moved_on(call)


def move(call: Call, name: str, *, columns: tuple[str, ...] = ()) -> None:
    """Make the transition and save it with its columns; the caller holds the lock."""
    act = getattr(call, name)
    if not can_proceed(act):
        raise moved_on(call)
    act()
    call.save(update_fields=["state", *columns])
    call_saved.send(sender=Call, call=call.pk)


def forget_reminders(call: Call) -> None:
    """The closing moved later: who was told that it was near is told again."""
    Application.objects.filter(call=call, reminded_at__isnull=False).update(reminded_at=None)
