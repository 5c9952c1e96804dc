"""Options that shrink, or end: reduced, withdrawn, declined, expired."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.funding import notifications
from essaim.funding.models import Kind, Option, OptionState, State

from .common import (
    SIGNATURE,
    forget_signature,
    lock_option,
    lock_pool,
    move_option,
    require_mandate,
    require_state,
)
from .ledger import write


@transaction.atomic
def reduce_option(option: Option, *, amount_cents: int, by: Any) -> None:
    """While the pool is open: an intention may shrink, and the ledger says so. A confirmation
    that was signed once was of another amount: it is to be signed anew."""
    option = lock_option(option)
    require_mandate(by, option.funder)
    require_state(option.pool, State.OPEN)
    if option.state not in {OptionState.PREPARED, OptionState.PLEDGED}:
        raise DomainError(_("Cette option ne se change plus."))
    if amount_cents <= 0:
        raise DomainError(_("Le montant est supérieur à zéro."), field="amount_cents")
    less = option.amount_cents - amount_cents
    if less < 0:
        raise DomainError(
            _("Une option se réduit : pour l’augmenter, retirez-la et prenez-en une nouvelle."),
            field="amount_cents",
        )
    if less == 0:
        return
    option.amount_cents = amount_cents
    forget_signature(option)
    option.save(update_fields=["amount_cents", *SIGNATURE])
    if option.state == OptionState.PLEDGED:
        write(option, Kind.RELEASE, less, key=f"reduce:{option.pk}:{amount_cents}", by=by)


@transaction.atomic
def withdraw(option: Option, *, by: Any, reason: str = "") -> None:
    """Without having to say why, while the pool is open; afterwards one declines."""
    option = lock_option(option)
    require_mandate(by, option.funder)
    if option.state == OptionState.WITHDRAWN:
        return
    if option.state == OptionState.PLEDGED:
        require_state(option.pool, State.OPEN)
    end_option(option, "withdraw", by=by, reason=reason)
    notifications.option_ended(option, by=by)


@transaction.atomic
def decline(option: Option, *, by: Any, reason: str, today: dt.date | None = None) -> None:
    """After the opening: reasons are asked for, since the others learn from them."""
    option = lock_option(option)
    require_mandate(by, option.funder)
    if option.state == OptionState.DECLINED:
        return
    require_state(option.pool, State.PILOTING, State.REVIEWING, State.ACTIVATING)
    if not reason.strip():
        raise DomainError(_("Dites pourquoi l’option est déclinée."), field="reason")
    end_option(option, "decline", by=by, reason=reason, on=today)
    notifications.option_ended(option, by=by)


def end_option(
    option: Option, name: str, *, by: Any, reason: str = "", on: dt.date | None = None
) -> None:
    """``name``: of the transition. What it pledged is released. The caller holds the pool."""
    day = on or timezone.localdate()
    was_pledged = option.state == OptionState.PLEDGED
    option.ended_on, option.end_reason = day, reason.strip()
    option.ended_at = timezone.now()
    forget_signature(option)
    move_option(option, name, columns=("ended_on", "ended_at", "end_reason", *SIGNATURE))
    if was_pledged:
        write(option, Kind.RELEASE, option.amount_cents, key=f"release:{option.pk}", by=by, on=day)


def expire_due(today: dt.date | None = None) -> int:
    """Options whose time is over, each in its own transaction: run twice, it expires once.
    Returns how many."""
    day = today or timezone.localdate()
    due = Option.objects.filter(
        state__in=[OptionState.PREPARED, OptionState.PLEDGED], expires_on__lt=day
    )
    done = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)):
        done += expire(pk, today=day)
    return done


@transaction.atomic
def expire(pk: int, *, today: dt.date | None = None) -> int:
    """1 if it expired now; 0 where someone was faster."""
    day = today or timezone.localdate()
    pool_id = Option.objects.values_list("pool", flat=True).get(pk=pk)
    pool = lock_pool(pool_id)
    option = Option.objects.select_for_update().get(pk=pk)
    option.pool = pool
    if option.state not in {OptionState.PREPARED, OptionState.PLEDGED} or option.expires_on >= day:
        return 0
    end_option(option, "expire", by=None, on=day)
    notifications.option_ended(option, by=None)
    return 1
