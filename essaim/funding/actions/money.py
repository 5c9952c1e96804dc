"""After a confirmation: the legal act, instalments, requests, payments, what comes back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any, Unpack

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form, used_elsewhere
from essaim.funding import notifications
from essaim.funding.beneficiaries import (
    beneficiary_of,
    may_ask,
    may_be_paid,
)
from essaim.funding.models import (
    PAYING,
    CostLine,
    Instalment,
    Kind,
    LedgerLine,
    LegalAct,
    Option,
    OptionState,
)
from essaim.funding.shares import apportion
from essaim.people.models import Organisation
from essaim.replications.actions.common import check_planned

from .acts import Terms, attach, named
from .common import (
    check_past,
    lock_option,
    lock_who_is_paid,
    require_confirmed,
    require_mandate,
    require_recent,
    require_state,
    without_contacts,
)
from .ledger import write


@transaction.atomic
def record_act(
    option: Option,
    *,
    by: Any,
    submission: uuid.UUID,
    beneficiary: Organisation | None = None,
    none_known: bool = False,
    today: dt.date | None = None,
    **terms: Unpack[Terms],
) -> LegalAct:
    """The funder's deliberation or decision: from its day on, and not before, money is committed.
    Recorded with its line, once; neither changes afterwards. The line is of the act's day (its
    fiscal year), whenever it is recorded. ``beneficiary``: to whom, the adopter by default, else
    the holder; a deliberation that grants both is recorded for each. ``none_known``: whoever
    records it was shown none, so that no default is taken where one is known by now."""
    option = lock_who_is_paid(option)
    known = made_by_form(LegalAct.objects, submission, option=option, by=by)
    if known is not None:
        return known
    require_mandate(by, option.funder)
    require_confirmed(option)
    whose = named(option, beneficiary, none_known=none_known)
    balance, cents = option.ledger.balance(), terms["amount_cents"]
    if balance.committed + cents > balance.confirmed:
        raise DomainError(_("On n’engage pas plus que ce qui est confirmé."), field="amount_cents")
    act = attach(
        option, whose, terms, by=by, submission=submission, day=today or timezone.localdate()
    )
    write(
        option, Kind.COMMITMENT, cents, key=f"act:{act.submission}", by=by, act=act,
        why=act.reference, on=act.on, beneficiary_id=act.beneficiary_id,
    )  # fmt: skip
    notifications.committed(act, by=by)
    return act


@transaction.atomic
def plan_instalment(
    option: Option, *, by: Any, submission: uuid.UUID, label: str, amount_cents: int,
    planned_on: dt.date, of_site: bool = False, kind: str = "",
) -> Instalment:  # fmt: skip
    """``kind``: the line of what a site costs (``CostLine.Kind``) that it pays; those of transfer are
    asked for by the holder and paid to it. ``of_site``: the amount is the whole milestone's, of which this funder pays its share: all
    shares of one amount make that amount, to the cent."""
    option = lock_option(option)
    known = made_by_form(Instalment.objects, submission, option=option)
    if known is not None:
        return known
    require_mandate(by, option.funder)
    require_confirmed(option)
    require_recent(planned_on, field="planned_on")
    check_planned(planned_on)
    if kind in CostLine.TRANSFER and option.pool.initiative.holder is None:
        raise DomainError(
            _("La fiche n’a pas d’organisation porteuse : le transfert ne peut être versé à personne."),
            field="kind",
        )  # fmt: skip
    planned, confirmed = _planned(option), option.ledger.balance().confirmed
    site_cents = amount_cents if of_site else None
    if of_site:
        left = confirmed - planned
        share = _share(option, amount_cents)
        # Each milestone rounds by less than a cent: the last one may not fit by as many.
        amount_cents = (
            left
            if 0 < share - left <= option.instalments.filter(cancelled_on=None).count()
            else share
        )
    if amount_cents <= 0:
        raise DomainError(_("Le montant est supérieur à zéro."), field="amount_cents")
    if planned + amount_cents > confirmed:
        raise DomainError(
            _("Les versements prévus dépasseraient le montant confirmé."), field="amount_cents"
        )
    return Instalment.objects.create(
        submission=submission, option=option, label=" ".join(label.split()),
        amount_cents=amount_cents, site_cents=site_cents, planned_on=planned_on, kind=kind,
    )  # fmt: skip


def _planned(option: Option) -> int:
    """What instalments take of the confirmed amount: what was asked for, else what is planned; those
    cancelled take nothing. In cents."""
    lines = option.ledger.filter(kind=Kind.REQUEST)
    asked = dict(lines.values_list("instalment", "amount_cents"))
    rows = option.instalments.filter(cancelled_on=None).values_list("pk", "amount_cents")
    return sum(asked.get(pk, cents) for pk, cents in rows)


@transaction.atomic
def cancel_instalment(instalment: Instalment, *, by: Any) -> None:
    """Taken off the plan by the funder, before it is asked for: its amount may be planned anew."""
    found = _lock_instalment(instalment)
    require_mandate(by, found.option.funder)
    if found.cancelled_on is not None:
        return
    if LedgerLine.objects.filter(key=f"request:{found.pk}").exists():
        raise DomainError(_("Ce versement est demandé : il ne s’annule plus."))
    found.cancelled_on, found.cancelled_by = timezone.localdate(), by
    found.save(update_fields=["cancelled_on", "cancelled_by"])


def _check_standing(instalment: Instalment) -> None:
    if instalment.cancelled_on is not None:
        raise DomainError(_("Ce versement est annulé."))


def _share(option: Option, cents: int) -> int:
    """Of the funders of the site that confirmed, in the order of their options."""
    site = list(Option.objects.of_site(option).counted().order_by("pk"))
    if any(each.state != OptionState.CONFIRMED for each in site):
        raise DomainError(
            _("Les parts ne sont pas encore connues : un autre financeur de ce site n’a pas confirmé. Attendez, ou donnez le montant de votre part."),
            field="of_site",
        )  # fmt: skip
    amounts = {each.pk: each.confirmed_cents or 0 for each in site}
    if cents <= 0:
        return 0
    parts = apportion(cents, list(amounts.values()))
    return dict(zip(amounts, parts, strict=True))[option.pk]


def _lock_instalment(
    instalment: Instalment, lock: Callable[[Option], Option] = lock_option
) -> Instalment:
    option = lock(instalment.option)
    found = Instalment.objects.select_for_update().get(pk=instalment.pk)
    found.option = option
    return found


@transaction.atomic
def reach(instalment: Instalment, *, by: Any, on: dt.date) -> None:
    """The funder finds that the milestone is reached; what follows may be asked for."""
    found = _lock_instalment(instalment)
    require_mandate(by, found.option.funder)
    require_confirmed(found.option)
    if found.reached_on is not None:
        return
    _check_standing(found)
    check_past(on)
    found.reached_on, found.reached_by = on, by
    found.save(update_fields=["reached_on", "reached_by"])
    notifications.milestone_reached(found, by=by)


@transaction.atomic
def ask_for_payment(
    instalment: Instalment, *, by: Any, amount_cents: int | None = None, on: dt.date | None = None
) -> LedgerLine:
    """By the beneficiary, once the milestone is reached and the money legally committed to it.
    ``amount_cents``: where the real cost is less than what was planned; the rest may be planned
    anew. ``on``: today, or a day since the milestone where it was asked for on paper."""
    found = _lock_instalment(instalment, lock_who_is_paid)
    option = found.option
    key = f"request:{found.pk}"
    known = LedgerLine.objects.filter(key=key).first()
    if known is not None:
        return known
    require_confirmed(option)
    require_state(option.pool, *PAYING)
    _check_standing(found)
    cents = found.amount_cents if amount_cents is None else amount_cents
    if cents <= 0:
        raise DomainError(_("Le montant est supérieur à zéro."), field="amount_cents")
    if cents > found.amount_cents:
        raise DomainError(_("On ne demande pas plus que ce qui est prévu."), field="amount_cents")
    if found.reached_on is None:
        raise DomainError(_("Le jalon n’est pas atteint : rien ne se verse avant."))
    day = on or timezone.localdate()
    check_past(day)
    day = max(day, found.reached_on)
    balance = option.ledger.balance()
    if balance.requested + cents > balance.committed:
        raise DomainError(
            _(
                "Le financeur n’a pas encore engagé juridiquement ce montant : rien ne se verse avant."
            )
        )
    whose = beneficiary_of(option, found)
    if cents > may_ask(option, whose.pk if whose else None):
        raise DomainError(
            _("Les actes joints n’engagent pas ce montant envers %(name)s : rien ne se verse avant.")
            % {"name": whose or "–"}
        )  # fmt: skip
    line = write(
        option, Kind.REQUEST, cents, key=key, by=by, instalment=found,
        why=found.label, beneficiary_id=whose.pk if whose else None, on=day,
    )  # fmt: skip
    notifications.payment_asked(option, by=by)
    return line


@transaction.atomic
def pay(
    instalment: Instalment, *, by: Any, reference: str, on: dt.date | None = None
) -> LedgerLine:
    """Records a payment made by the funder's accountant: the platform moves no money. Never of a day
    before the acts that commit it to who asked."""
    found = _lock_instalment(instalment)
    option = found.option
    require_mandate(by, option.funder)
    key = f"payment:{found.pk}"
    known = LedgerLine.objects.filter(key=key).first()
    if known is not None:
        return known
    asked = LedgerLine.objects.filter(key=f"request:{found.pk}").first()
    if asked is None:
        raise DomainError(_("Ce versement n’a pas été demandé."))
    day = on or timezone.localdate()
    check_past(day)
    if asked.amount_cents > may_be_paid(option, asked.beneficiary_id, day):
        raise DomainError(
            _("À cette date, aucun acte n’engageait encore ce montant : vérifiez-la."), field="on"
        )
    line = write(
        option, Kind.PAYMENT, asked.amount_cents, key=key, by=by, instalment=found,
        why=without_contacts(reference, "reference"), on=day,
        beneficiary_id=asked.beneficiary_id,
    )  # fmt: skip
    notifications.paid(found, by=by)
    return line


@transaction.atomic
def recover(
    option: Option,
    *,
    by: Any,
    submission: uuid.UUID,
    amount_cents: int,
    reason: str,
    on: dt.date | None = None,
) -> LedgerLine:
    """Paid and given back, that day: unspent, or not spent as agreed."""
    option = lock_option(option)
    require_mandate(by, option.funder)
    key = f"recovery:{submission}"
    known = LedgerLine.objects.filter(key=key).first()
    if known is not None:
        if known.option_id != option.pk:
            raise used_elsewhere()
        return known
    if amount_cents <= 0:
        raise DomainError(_("Le montant est supérieur à zéro."), field="amount_cents")
    balance = option.ledger.balance()
    if balance.recovered + amount_cents > balance.paid:
        raise DomainError(_("On ne reverse pas plus que ce qui a été versé."), field="amount_cents")
    day = on or timezone.localdate()
    check_past(day)
    first = option.ledger.filter(kind=Kind.PAYMENT).aggregate(on=Min("on"))["on"]
    if first is not None and day < first:
        raise DomainError(_("Cette date précède le premier versement."), field="on")
    why = without_contacts(reason, "reason")
    if not why:
        raise DomainError(_("Dites pourquoi cette somme revient."), field="reason")
    paid = set(option.ledger.filter(kind=Kind.PAYMENT).values_list("beneficiary", flat=True))
    return write(
        option, Kind.RECOVERY, amount_cents, key=key, by=by, why=why, on=day,
        # Known where one alone was paid.
        beneficiary_id=paid.pop() if len(paid) == 1 else None,
    )  # fmt: skip
