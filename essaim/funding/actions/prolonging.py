"""A longer validity for an option, before it expires."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.funding import notifications
from essaim.funding.models import Option, OptionState, State
from essaim.replications.actions.common import check_planned

from .common import (
    asks_two,
    lock_option,
    require_mandate,
    require_state,
    require_valid,
)


@transaction.atomic
def prolong(option: Option, *, until: dt.date, by: Any, today: dt.date | None = None) -> Option:
    """A longer validity, while the option is an intention: the ledger says nothing of it, since no
    amount changes. Where the funder asks for two signatures, from the second one on. Said twice
    is once, and by a second person it is the second signature."""
    option = lock_option(option)
    require_mandate(by, option.funder)
    if option.state == OptionState.PLEDGED and option.expires_on == until:
        return option
    check_longer(option, until, today or timezone.localdate())
    if option.confirming_at is not None:
        raise DomainError(_("La confirmation attend la signature d’une seconde personne."))
    signs = option.prolonging_until == until and option.prolonging_by_id != by.pk
    if signs or not asks_two(option.funder):
        prolonged(option, until)
    elif option.prolonging_until != until:
        option.prolonging_until, option.prolonging_by = until, by
        option.save(update_fields=["prolonging_until", "prolonging_by"])
        notifications.to_sign(option, by=by)
    return option


def check_longer(option: Option, until: dt.date, day: dt.date) -> None:
    require_state(option.pool, State.OPEN, State.PILOTING, State.REVIEWING, State.ACTIVATING)
    if option.state != OptionState.PLEDGED:
        raise DomainError(
            _("Cette option est maintenant « %(state)s » : relisez-la.")
            % {"state": option.get_state_display()}
        )
    require_valid(option, day)
    if until <= option.expires_on:
        raise DomainError(
            _("Donnez une date plus lointaine que celle de l’option, le %(day)s.")
            % {"day": date_format(option.expires_on)},
            field="until",
        )
    check_planned(until, field="until")


def prolonged(option: Option, until: dt.date) -> None:
    """The caller holds the pool's lock and has checked the date."""
    option.expires_on = until
    option.prolonging_until = option.prolonging_by = None
    option.save(update_fields=["expires_on", "prolonging_until", "prolonging_by"])
