"""To whom acts commit money, and what of it each beneficiary may still ask for and be paid.

An act names one beneficiary: the adopter of the site, or the holder (its transfer). So do the
convention, the line of accounts and the published line of a grant: a deliberation that grants two
is attached once for each, under one reference. Acts recorded before this was asked name none: what
they commit serves whoever is paid, and is published by the transfer planned on their option.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from essaim.people.models import Organisation

from .models import Instalment, Kind, LedgerLine, LegalAct, Option

WHO_CHANGED = _(
    "Un acte engage envers le repreneur du site ou l’organisation porteuse de la fiche, qui ont"
    " changé depuis : choisissez parmi ceux d’aujourd’hui."
)


def beneficiary_of(option: Option, instalment: Instalment | None = None) -> Organisation | None:
    """Who is paid: the adopter, or the holder where none is named and for the lines of transfer."""
    holder = option.pool.initiative.holder
    if instalment is not None and instalment.is_transfer:
        return holder
    return option.adopter or holder


def key_of(option: Option, instalment: Instalment) -> int | None:
    """As ``beneficiary_of``, its key alone: no organisation is read."""
    holder: int | None = option.pool.initiative.holder_id
    return holder if instalment.is_transfer else option.adopter_id or holder


def possible(option: Option) -> list[Organisation]:
    """Whom an act on this option may name: those who agreed to be paid here, the adopter first."""
    both = (option.adopter, option.pool.initiative.holder)
    return list(dict.fromkeys(each for each in both if each is not None))


GIVEN = (Kind.COMMITMENT, Kind.AMENDMENT)


@dataclass
class Parts:
    """Of one option, in cents by key of beneficiary: what acts commit, and what is taken of it
    (asked for, or paid). None: acts and requests that name none."""

    given: dict[int | None, int] = field(default_factory=dict)
    taken: dict[int | None, int] = field(default_factory=dict)

    def add(self, kind: str, whose: int | None, cents: int, former: int | None = None) -> None:
        """Of a line of the ledger: a commitment is given, an amendment too, by ``former``; any other
        is taken."""
        side = self.given if kind in GIVEN else self.taken
        side[whose] = side.get(whose, 0) + cents
        if kind == Kind.AMENDMENT:
            self.given[former] = self.given.get(former, 0) - cents

    def own(self, whose: int) -> int:
        """Of the acts that name it, what it did not take; below zero where others gave it more."""
        return self.given.get(whose, 0) - self.taken.get(whose, 0)

    def room(self, whose: int | None) -> int:
        """What this one may still take: of the acts that name it, and of what others leave of
        those that name none. Below zero where acts were not all given."""

        def left(key: int | None) -> int:
            return self.given.get(key, 0) - self.taken.get(key, 0)

        others = [key for key in self.taken if key not in {None, whose}]
        shared = left(None) - sum(max(0, -left(key)) for key in others)
        return shared if whose is None else left(whose) + max(0, shared)


def parts_by_option(lines: Any, taken: Kind = Kind.REQUEST) -> dict[int, Parts]:
    """Of these lines of the ledger; one query."""
    found: dict[int, Parts] = {}
    rows = lines.filter(kind__in=[*GIVEN, taken]).order_by()
    rows = rows.values_list("option", "kind", "beneficiary", "former")
    for option, kind, whose, former, cents in rows.annotate(total=Sum("amount_cents")):
        found.setdefault(option, Parts()).add(kind, whose, int(cents), former)
    return found


def may_ask(option: Option, whose: int | None) -> int:
    """What is committed to it and not asked for yet, in cents."""
    return parts_by_option(option.ledger.all()).get(option.pk, Parts()).room(whose)


def may_be_paid(option: Option, whose: int | None, day: dt.date) -> int:
    """What is not paid yet of what acts of that day or before commit to it, in cents; nor more than
    what that day, and each one since, leaves of the acts that were signed by then: another's own
    act, later, does not cover that day."""
    later = Q(kind__in=GIVEN, on__gt=day) & (Q(beneficiary=whose) | Q(beneficiary=None))
    lines = option.ledger.exclude(later)
    rooms = [parts_by_option(lines, Kind.PAYMENT).get(option.pk, Parts()).room(whose)]
    known, parts = option.ledger.filter(kind__in=[*GIVEN, Kind.PAYMENT]), Parts()
    rows = known.order_by().values_list("on", "kind", "beneficiary", "amount_cents", "former")
    # That day itself, whatever else is of it.
    dated = sorted([*rows, (day, Kind.PAYMENT, whose, 0, None)], key=itemgetter(0))
    for on, of_day in groupby(dated, key=itemgetter(0)):
        for _on, kind, key, cents, former in of_day:
            parts.add(kind, key, cents, former)
        if on >= day:
            rooms.append(parts.room(whose))
    return min(rooms)


def planned_transfer(option: Option) -> int:
    """Of the instalments that stand, in cents."""
    return sum(
        each.amount_cents
        for each in option.instalments.all()
        if each.is_transfer and each.cancelled_on is None
    )


def for_parts(acts: Any) -> Any:
    """With ``freed_cents``: what of the option went back to its funder."""
    back = LedgerLine.objects.filter(option=OuterRef("option"), kind=Kind.DISENGAGEMENT).order_by()
    freed = back.values("option").annotate(cents=Sum("amount_cents")).values("cents")
    return (
        acts.annotate(freed_cents=Coalesce(Subquery(freed), 0))
        .select_related("beneficiary", "option__adopter", "option__pool__initiative__holder")
        .prefetch_related("option__instalments", "option__acts")
    )


def parts_of(act: LegalAct) -> list[tuple[Organisation | None, int]]:
    """The beneficiaries of an act and what of it is theirs, in cents: all of it the one's that it
    names. Where it names none, the transfer planned on the option is the holder's, in each such
    act by its part of what was confirmed and not freed, to the cent. Several acts and the part
    still to commit make the whole transfer; what an act was said to give does not move with the
    next one, nor by what is planned once one names its beneficiary. What amending acts passed on is
    theirs. Of acts read by ``for_parts``."""
    option = act.option
    if act.beneficiary_id is not None:
        kept = act.amount_cents - passed_on(act)
        return [(act.beneficiary, kept)] if kept else []
    adopter, holder = beneficiary_of(option), option.pool.initiative.holder
    acts = list(option.acts.all())
    named = [each for each in acts if each.beneficiary_id is not None]
    transfer = (
        min(named, key=lambda each: each.pk).transfer_cents or 0
        if named
        else planned_transfer(option)
    )
    if not transfer or holder is None or adopter == holder:
        return [(adopter, act.amount_cents)]
    before = sum(
        each.amount_cents for each in acts if each.beneficiary_id is None and each.pk < act.pk
    )
    freed: int = getattr(act, "freed_cents", 0)
    whole = max(
        (option.confirmed_cents or 0) - freed,
        sum(each.amount_cents for each in acts if each.amends_id is None),
    )
    transfer = min(transfer, whole)
    # Of all that is committed up to here, less what it was before: rounded down once, not by act.
    held = (before + act.amount_cents) * transfer // whole - before * transfer // whole
    return [
        (whose, cents)
        for whose, cents in ((adopter, act.amount_cents - held), (holder, held))
        if cents
    ]


def passed_on(act: LegalAct) -> int:
    """By its amending acts, to another beneficiary, in cents."""
    acts = act.option.acts.all()
    return sum(each.amount_cents for each in acts if each.amends_id == act.pk)


def left_of(act: LegalAct) -> int:
    """What an amending act may pass on: neither asked for by its beneficiary nor passed on already,
    in cents. Nothing of an act that names nobody: it serves whoever is paid."""
    if act.beneficiary_id is None:
        return 0
    parts = parts_by_option(act.option.ledger.all()).get(act.option_id, Parts())
    return _left(act, act.beneficiary_id, parts)


def _left(act: LegalAct, whose: int, parts: Parts) -> int:
    return max(0, min(act.amount_cents - passed_on(act), parts.own(whose)))


def may_amend(act: LegalAct, parts: Parts) -> bool:
    """Whether something of it is left, and somebody else may be named. ``parts``: of its option."""
    whose = act.beneficiary_id
    return (
        whose is not None
        and _left(act, whose, parts) > 0
        and any(each.pk != whose for each in possible(act.option))
    )


def committed_to(option: Option, whose: Organisation | None) -> int:
    """By all acts on this option, in cents."""
    parts = (part for act in option.acts.all() for part in parts_of(act))
    return sum(cents for beneficiary, cents in parts if beneficiary == whose)


def proposed(option: Option, left: int) -> tuple[Organisation | None, int]:
    """Whom the next act would name and for how much, where ``left`` cents are confirmed and not
    committed: the adopter for all but the transfer planned, then the holder for that."""
    whose, holder = beneficiary_of(option), option.pool.initiative.holder
    if holder is None or whose == holder:
        return whose, left
    held = min(left, max(0, planned_transfer(option) - committed_to(option, holder)))
    return (whose, left - held) if left > held else (holder, left)
