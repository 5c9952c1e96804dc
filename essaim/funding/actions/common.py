"""What every act on a pool shares: locks, mandates, steps, the card told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.common.errors import DomainError
from essaim.common.personal_data import find_personal_data
from essaim.funding import rules
from essaim.funding.models import Balance, FunderSettings, Option, OptionState, Pool, State
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Fact, Initiative
from essaim.people.actions.organisations import one_at_a_time
from essaim.people.models import Organisation
from essaim.replications.models import Origin, Replication
from essaim.replications.models import State as SiteState

# Days; ours. Nothing of a pool is older: a year mistyped would reach published data. Nor is
# anything of it planned farther than ``replications.actions.common.check_planned`` lets it.
OLDEST = 3653


def require_recent(day: dt.date, *, field: str) -> None:
    if day < timezone.localdate() - dt.timedelta(days=OLDEST):
        raise DomainError(
            _("Cette date remonte à plus de dix ans : vérifiez l’année."), field=field
        )


def lock_pool(pk: int) -> Pool:
    """The pool first, in every act: whoever comes second sees what the first one did."""
    return Pool.objects.select_for_update().get(pk=pk)


def lock_option(option: Option) -> Option:
    """The option as it is now, its pool locked before it."""
    pool = lock_pool(option.pool_id)
    found = Option.objects.select_for_update().get(pk=option.pk)
    found.pool = pool
    return found


def lock_who_is_paid(option: Option) -> Option:
    """As ``lock_option``, for what names a beneficiary: the adopter is the option's, the holder the
    card's, which stays what it is here. Whoever changes a holder or merges two organisations is
    waited for first, as in every act that does."""
    one_at_a_time()
    found = lock_option(option)
    card = Initiative.objects.select_for_update(no_key=True).get(pk=found.pool.initiative_id)
    found.pool.initiative = card
    return found


def require_mandate(by: Any, organisation: Organisation) -> None:
    if not rules.acts_for(by, organisation):
        raise DomainError(
            _(
                "Vous n’avez pas la fonction de financeur à %(organisation)s : un de ses"
                " représentants peut vous la donner."
            )
            % {"organisation": organisation.name},
            field="funder",
        )


def check_past(day: dt.date, today: dt.date | None = None, *, field: str = "on") -> None:
    if day > (today or timezone.localdate()):
        raise DomainError(_("Cette date est à venir."), field=field)
    require_recent(day, field=field)


def require_confirmed(option: Option) -> None:
    if option.state != OptionState.CONFIRMED:
        raise DomainError(_("Cette option n’est pas confirmée : rien ne s’engage encore."))


def asks_two(funder: Organisation) -> bool:
    return FunderSettings.objects.filter(organisation=funder, four_eyes=True).exists()


def require_state(pool: Pool, *states: str) -> None:
    if pool.state not in states:
        raise DomainError(
            _("Cette subvention d’essaimage est maintenant « %(state)s » : relisez sa page.")
            % {"state": pool.get_state_display()}
        )


def require_in_time(pool: Pool, day: dt.date) -> None:
    """After the date that the step waits for, nothing more is taken unless the lead puts it off."""
    due = pool.due_on
    if due is not None and due < day:
        said = {
            State.OPEN: _("Les options étaient attendues jusqu’au %(day)s"),
            State.REVIEWING: _("Les avis étaient attendus jusqu’au %(day)s"),
            State.ACTIVATING: _("Les confirmations étaient attendues jusqu’au %(day)s"),
        }[State(pool.state)] % {"day": date_format(due, "DATE_FORMAT")}
        raise DomainError(
            _("%(said)s. Le chef de file peut reporter cette date : demandez-le-lui.")
            % {"said": said}
        )


def require_valid(option: Option, day: dt.date) -> None:
    """The morning job may not have come yet. Nothing more is signed for a site that stopped."""
    if option.expires_on < day:
        raise DomainError(_("Cette option a expiré."))
    if has_stopped(option):
        raise DomainError(
            _("Le site de cette option s’est arrêté : retirez-la ou déclinez-la, rien ne s’y signe plus.")
        )  # fmt: skip


def is_freed(option: Option, balance: Balance | None = None) -> bool:
    """Confirmed, and all of it went back: nothing pays a site any more. ``balance``: where it is
    known."""
    if option.state != OptionState.CONFIRMED:
        return False
    return not (balance or option.ledger.balance()).confirmed


def has_stopped(option: Option) -> bool:
    """Whether the replication that the site's options made is stopped."""
    sites = Replication.objects.filter(origin=Origin.POOL, origin_reference=option.reference)
    return sites.filter(state=SiteState.STOPPED).exists()


def move(pool: Pool, name: str, *, on: dt.date, columns: tuple[str, ...] = ()) -> None:
    """Make the transition and save it with its columns; the caller holds the lock."""
    act = getattr(pool, name)
    if not can_proceed(act):
        raise DomainError(
            _("Cette subvention d’essaimage est maintenant « %(state)s » : relisez sa page.")
            % {"state": pool.get_state_display()}
        )
    act(on=on)
    dates = ("opened_on", "piloting_on", "reviewing_on", "activating_on", "closed_on")
    pool.save(update_fields=["state", "period", *dates, "abandoned_on", *columns])


def move_option(option: Option, name: str, *, columns: tuple[str, ...] = ()) -> None:
    act = getattr(option, name)
    if not can_proceed(act):
        raise DomainError(
            _("Cette option est maintenant « %(state)s » : relisez-la.")
            % {"state": option.get_state_display()}
        )
    act()
    option.save(update_fields=["state", *columns])


def tell_card(pool: Pool, *, by: Any) -> None:
    """The fact « a pool is open » stands while it lives; the card's filters read it."""
    open_now = pool.state not in {State.FORMING, State.CLOSED, State.ABANDONED}
    value = {"state": pool.state, "slug": pool.slug} if open_now else None
    on = pool.opened_on.isoformat() if pool.opened_on else ""
    record_fact(pool.initiative, Fact.Kind.POOL_OPEN, pool.fact_source, value, on, by=by)


def without_contacts(text: str, field: str) -> str:
    """Words kept for ever, or read by all, hold nobody's address or number."""
    kept = " ".join(text.split())
    if find_personal_data(kept):
        raise DomainError(
            _("Retirez les adresses et numéros personnels : ce texte est gardé."), field=field
        )
    return kept


# The first signature of a confirmation or of a longer validity, that waits for the second.
SIGNATURE = (
    *("confirming_at", "confirming_by", "confirming_cents"),
    *("prolonging_until", "prolonging_by"),
)


def forget_signature(option: Option) -> None:
    option.confirming_at = option.confirming_by = option.confirming_cents = None
    option.prolonging_until = option.prolonging_by = None
