"""What was confirmed and no act committed goes back to its funder, once the site has no future."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.funding import notifications
from essaim.funding.models import Kind, LedgerLine, Option, State

from .common import has_stopped, lock_option, require_mandate, without_contacts
from .ledger import write
from .money import require_confirmed


@transaction.atomic
def disengage(option: Option, *, reason: str, by: Any) -> LedgerLine:
    """All of it, once: the site stopped, or the pool is closed. What an act committed stays, and so
    does the confirmation. The other funders of the site are told, with the lead and both sides.
    Done again, it returns the line already written."""
    option = lock_option(option)
    require_mandate(by, option.funder)
    key = f"disengage:{option.pk}"
    known = LedgerLine.objects.filter(key=key).first()
    if known is not None:
        return known
    require_confirmed(option)
    if option.pool.state != State.CLOSED and not has_stopped(option):
        raise DomainError(
            _(
                "Le site continue : ce qui est confirmé se libère quand il s’arrête, ou à la clôture."
            )
        )
    balance = option.ledger.balance()
    free = balance.confirmed - balance.committed
    if free <= 0:
        raise DomainError(_("Rien à libérer : tout ce qui est confirmé est engagé juridiquement."))
    why = without_contacts(reason, "reason")
    if not why:
        raise DomainError(_("Dites pourquoi cette somme est libérée."), field="reason")
    line = write(option, Kind.DISENGAGEMENT, free, key=key, by=by, why=why)
    notifications.disengaged(option, by=by)
    return line
