"""Options: pledged, signed, confirmed, their adopter named. How they shrink and end: ``ending``."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.money import show_euros
from essaim.common.once import made_by_form
from essaim.funding import notifications
from essaim.funding.models import (
    ALIVE,
    LIVING,
    MOST_CENTS,
    FunderSettings,
    Kind,
    Option,
    OptionState,
    Pool,
    State,
)
from essaim.funding.rules import is_signed_by_another
from essaim.people.models import Organisation
from essaim.replications.actions.common import check_planned
from essaim.territories.models import Territory

from .common import (
    SIGNATURE,
    asks_two,
    forget_signature,
    is_freed,
    lock_option,
    lock_pool,
    move_option,
    require_in_time,
    require_mandate,
    require_recent,
    require_state,
    require_valid,
)
from .ledger import write
from .prolonging import check_longer, prolonged
from .sites import begin, give_adopter, replicate, site_adopter, site_to_join


@transaction.atomic
def set_four_eyes(organisation: Organisation, four_eyes: bool) -> None:
    FunderSettings.objects.update_or_create(
        organisation=organisation, defaults={"four_eyes": four_eyes}
    )


@transaction.atomic
def pledge(
    pool: Pool,
    *,
    by: Any,
    submission: uuid.UUID,
    funder: Organisation,
    territory: Territory,
    amount_cents: int,
    expires_on: dt.date,
    conditions: str = "",
    adopter: Organisation | None = None,
    cofund: bool = False,
    sure: bool = False,
    today: dt.date | None = None,
) -> Option:
    """State an intention to fund; not a commitment. The same form twice pledges once.

    Where the funder asks for two signatures, it stays ``prepared`` until a second person signs.
    While confirmations are under way, a territory that comes late joins on the same finding.
    An amount many times that of a site asks for ``sure``. A territory that has an option is
    refused, unless ``cofund`` says that its site is paid in shares.
    """
    pool = lock_pool(pool.pk)
    known = made_by_form(Option.objects, submission, pool=pool, prepared_by=by)
    if known is not None:
        return known
    require_mandate(by, funder)
    require_state(pool, State.OPEN, State.ACTIVATING)
    day = today or timezone.localdate()
    require_in_time(pool, day)
    _check_amount(pool, amount_cents, sure=sure)
    if expires_on <= day:
        raise DomainError(_("Cette date est passée : donnez-en une à venir."), field="expires_on")
    check_planned(expires_on, field="expires_on")
    first = site_to_join(pool, territory, funder, cofund=cofund)
    is_pilot = territory.pk == pool.pilot_territory_id
    if is_pilot and first is None and funder.pk != pool.lead_id:
        raise DomainError(
            _("Le territoire pilote est celui du chef de file : choisissez le vôtre."),
            field="territory",
        )
    option = Option(
        submission=submission, pool=pool, funder=funder, territory=territory, cofunds=first,
        amount_cents=amount_cents, expires_on=expires_on, conditions=conditions.strip(),
        is_pilot=is_pilot, prepared_by=by, prepared_at=timezone.now(),
    )  # fmt: skip
    option.adopter = site_adopter(option, adopter, joins=True)
    option.save()
    if asks_two(funder):
        notifications.to_sign(option, by=by)
    else:
        _pledged(option, by=by, on=day)
    return option


def _check_amount(pool: Pool, cents: int, *, sure: bool) -> None:
    if cents <= 0:
        raise DomainError(_("Le montant est supérieur à zéro."), field="amount_cents")
    times: int = settings.FUNDING["unusual_times"]
    if cents > MOST_CENTS or (cents > pool.site_cents * times and not sure):
        raise DomainError(
            _("Ce montant dépasse %(n)s fois celui d’un site : relisez-le, puis cochez la case si c’est bien lui.")
            % {"n": times},
            field="amount_cents" if cents > MOST_CENTS else "sure",
        )  # fmt: skip


def _pledged(option: Option, *, by: Any, on: dt.date) -> None:
    option.pledged_by, option.pledged_at = by, timezone.now()
    move_option(option, "pledge", columns=("pledged_by", "pledged_at"))
    write(option, Kind.PLEDGE, option.amount_cents, key=f"pledge:{option.pk}", by=by, on=on)
    give_adopter(option, joins=True)
    begin(option, by=by)
    notifications.pledged(option, by=by)


@transaction.atomic
def sign(option: Option, *, by: Any, today: dt.date | None = None) -> Option:
    """The second pair of eyes: a pledge prepared, a confirmation with all that it said, or a longer
    validity, by someone else."""
    option = lock_option(option)
    require_mandate(by, option.funder)
    if option.state == OptionState.PREPARED:
        require_state(option.pool, State.OPEN, State.ACTIVATING)
        day = today or timezone.localdate()
        require_in_time(option.pool, day)
        require_valid(option, day)
        _check_other(by, option.prepared_by_id)
        _pledged(option, by=by, on=day)
    elif option.state == OptionState.PLEDGED and option.confirming_at is not None:
        _check_other(by, option.confirming_by_id)
        day = today or timezone.localdate()
        _may_confirm(option, day)
        _confirmed(option, option.confirming_cents or option.amount_cents, by=by, on=day)
    elif option.state == OptionState.PLEDGED and option.prolonging_until is not None:
        _check_other(by, option.prolonging_by_id)
        check_longer(option, option.prolonging_until, today or timezone.localdate())
        prolonged(option, option.prolonging_until)
    return option


def _check_other(by: Any, first: int | None) -> None:
    if by.pk == first:
        raise DomainError(_("La seconde signature est celle d’une autre personne."))


@transaction.atomic
def confirm(
    option: Option,
    *,
    by: Any,
    amount_cents: int | None = None,
    adopter: Organisation | None = None,
    mode: str = "",
    charter_on: dt.date | None = None,
    planned_on: dt.date | None = None,
    today: dt.date | None = None,
) -> Option:
    """The second, separate act (§ 7): once, whatever happens. Confirmed already, it is returned
    as it is.

    Writes the ledger's line and, with an adopter, makes the replication, in one transaction:
    either all of it is there or nothing. The pilot's option is confirmed while the pool is open,
    since it pays the pilot; the others after a positive finding. ``amount_cents`` may be less
    than the intention; the rest is released. Nothing is legally committed by it. Where two
    signatures are asked, a second person who says the same as the first signs by it, one who says
    otherwise is refused, and the first who says it again changes nothing; where two are asked no
    more, it confirms.
    """
    option = lock_option(option)
    require_mandate(by, option.funder)
    if option.state == OptionState.CONFIRMED:
        return option
    day = today or timezone.localdate()
    _may_confirm(option, day)
    cents = option.amount_cents if amount_cents is None else amount_cents
    if cents <= 0:
        raise DomainError(_("Le montant est supérieur à zéro."), field="amount_cents")
    if cents > option.amount_cents:
        raise DomainError(
            _("On ne confirme pas plus que l’option : prenez une nouvelle option pour le reste."),
            field="amount_cents",
        )
    if planned_on is not None:
        require_recent(planned_on, field="planned_on")
        check_planned(planned_on)
    if option.confirming_at is not None and (
        (option.confirming_cents, option.mode, option.planned_on) == (cents, mode, planned_on)
        and bool(option.charter_on) == bool(charter_on)
        and (adopter is None or adopter.pk == option.adopter_id)
    ):
        if by.pk != option.confirming_by_id or not asks_two(option.funder):
            _confirmed(option, cents, by=by, on=day)
        return option
    _require_same(option, by)
    if option.adopter_id is None:
        option.adopter = site_adopter(option, adopter)
    option.mode, option.charter_on, option.planned_on = mode, charter_on, planned_on
    option.save(update_fields=["adopter", "mode", "charter_on", "planned_on"])
    if asks_two(option.funder):
        option.confirming_at, option.confirming_by = timezone.now(), by
        option.confirming_cents = cents
        option.prolonging_until = option.prolonging_by = None
        option.save(update_fields=[*SIGNATURE])
        notifications.to_sign(option, by=by)
        return option
    _confirmed(option, cents, by=by, on=day)
    return option


def _require_same(option: Option, by: Any) -> None:
    """What one person signed is not replaced without a word by what another says: the first may
    say it anew, or has left."""
    if not is_signed_by_another(option, by):
        return
    raise DomainError(
        _(
            "Une première signature porte sur %(amount)s : signez ce qui est préparé, ou demandez à"
            " qui l’a préparé de le reprendre."
        )
        % {"amount": show_euros(option.confirming_cents or 0)},
        field="amount_cents",
    )


def _may_confirm(option: Option, day: dt.date) -> None:
    require_state(option.pool, *([State.OPEN] if option.is_pilot else []), State.ACTIVATING)
    if option.state != OptionState.PLEDGED:
        raise DomainError(
            _("Cette option est maintenant « %(state)s » : relisez-la.")
            % {"state": option.get_state_display()}
        )
    require_valid(option, day)
    if option.pool.state == State.ACTIVATING:  # the pilot's, confirmed before, has no such date
        require_in_time(option.pool, day)


def _confirmed(option: Option, cents: int, *, by: Any, on: dt.date) -> None:
    option.confirmed_cents, option.confirmed_by = cents, by
    option.confirmed_at = timezone.now()
    forget_signature(option)
    columns = ("confirmed_cents", "confirmed_by", "confirmed_at", *SIGNATURE)
    move_option(option, "confirm", columns=columns)
    write(option, Kind.CONFIRMATION, cents, key=f"confirm:{option.pk}", by=by, on=on)
    rest = option.amount_cents - cents
    if rest:
        write(option, Kind.RELEASE, rest, key=f"release:{option.pk}", by=by, on=on)
    if option.adopter_id:
        give_adopter(option)
        replicate(option, by=by, on=on)
    notifications.confirmed(option, by=by)


@transaction.atomic
def name_adopter(
    option: Option, *, adopter: Organisation, by: Any, charter_on: dt.date | None = None
) -> Option:
    """Found after the pledge or the confirmation: with the latter, the replication begins, in the
    mode that was confirmed. ``charter_on``: accepted since."""
    option = lock_option(option)
    require_mandate(by, option.funder)
    require_state(option.pool, *ALIVE, State.CLOSED)
    if option.state not in LIVING or is_freed(option):
        raise DomainError(_("Cette option est terminée."))
    if option.adopter_id and option.state == OptionState.CONFIRMED:
        if option.adopter_id != adopter.pk:
            raise DomainError(_("Le repreneur est déjà nommé : la reprise a commencé."))
        return option
    if option.confirming_at is not None and option.adopter_id not in (None, adopter.pk):
        _require_same(option, by)
    option.adopter = site_adopter(option, adopter)
    option.save(update_fields=["adopter"])
    if option.state != OptionState.PREPARED:
        give_adopter(option)
        begin(option, by=by, charter_on=charter_on)
    return option
