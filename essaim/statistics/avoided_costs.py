"""Avoided costs (domain.md § 5): Σ units × (1 − deadweight) × attribution × unit cost × cashable,
discounted by year, by payer, from low to high. Exact euros; well-being is never added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Literal

from django.utils.translation import gettext as _

from essaim.statistics.notices import Refused

CENT = Decimal("0.01")
ONE, ZERO = Decimal(1), Decimal(0)
MOST_YEARS = 100
LARGEST = Decimal(10) ** 15
Nature = Literal["cost", "well_being"]


@dataclass(frozen=True)
class Range:
    """A figure that isn't known exactly: ``low`` ≤ ``central`` ≤ ``high``."""

    low: Decimal
    central: Decimal
    high: Decimal

    @classmethod
    def of(cls, central: Decimal | int | str, low: object = None, high: object = None) -> Range:
        """From a central figure alone (known exactly) or with bounds."""
        middle = Decimal(str(central))
        return cls(
            middle if low is None else Decimal(str(low)),
            middle,
            middle if high is None else Decimal(str(high)),
        )

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.central + other.central, self.high + other.high)

    def rounded(self) -> Range:
        """To the cent."""
        return Range(*(v.quantize(CENT, ROUND_HALF_UP) for v in self.values))

    @property
    def values(self) -> tuple[Decimal, Decimal, Decimal]:
        return self.low, self.central, self.high


NOTHING = Range(ZERO, ZERO, ZERO)


@dataclass(frozen=True)
class Line:
    """One cost that no longer has to be paid, for one payer in one year.

    ``units``: how many events avoided (nights, procedures…) before any correction;
    ``deadweight``: share that would have been avoided anyway; ``attribution``: share due to this
    action rather than to others; ``unit_cost``: euros; ``cashable``: share that really leaves the
    payer's budget (the rest is time or places set free); shares from 0 to 1. ``year``: 0 is the
    first, not discounted. ``source``: where the unit cost comes from.
    """

    label: str
    payer: str
    units: Range
    unit_cost: Range
    deadweight: Range = NOTHING
    attribution: Range = Range(ONE, ONE, ONE)
    cashable: Range = Range(ONE, ONE, ONE)
    year: int = 0
    source: str = ""
    nature: Nature = "cost"


@dataclass(frozen=True)
class AvoidedLine:
    """A line with its discounted amounts, in euros to the cent: cashable, and set free."""

    line: Line
    cashable: Range
    set_free: Range


@dataclass(frozen=True)
class Avoided:
    """Discounted euros. ``total`` is the cashable avoided cost; ``set_free`` is beside it.

    Totals are sums of unrounded lines, rounded once: they may differ from the sum of shown
    lines by a few cents.
    """

    lines: tuple[AvoidedLine, ...]
    by_payer: dict[str, Range]
    by_year: dict[int, Range]
    total: Range
    set_free: Range
    rate: Range
    rate_source: str


def compute(lines: Iterable[Line], *, rate: Range, rate_source: str) -> Avoided:
    """Avoided costs at a yearly discount ``rate`` (0.032 for 3.2 %), whose source is required.

    Low takes each line's least favourable bounds together (high deadweight, high rate…), high the
    most favourable ones: the range is wide on purpose. Raises Refused on shares out of 0–1,
    bounds out of order, negative units or costs, and on any line of well-being.
    """
    if not rate_source.strip():
        raise Refused("rate_source", _("Citez la source du taux d’actualisation."))
    _ordered(rate, _("Taux d’actualisation"))
    if not (rate.low > -ONE and rate.high < ONE):
        raise Refused("rate", _("Le taux d’actualisation s’écrit 0,032 pour 3,2 %."))
    done: list[AvoidedLine] = []
    by_payer: dict[str, Range] = {}
    by_year: dict[int, Range] = {}
    total = free = NOTHING
    with localcontext() as context:
        context.prec = 50
        for line in lines:
            _check(line)
            whole = _amounts(line, rate)
            cashable = Range(
                *(a * b for a, b in zip(whole.values, line.cashable.values, strict=True))
            )
            # A higher cashable share leaves less set free: the central figures add up.
            set_free = Range(
                whole.low * (ONE - line.cashable.high),
                whole.central * (ONE - line.cashable.central),
                whole.high * (ONE - line.cashable.low),
            )
            done.append(AvoidedLine(line, cashable.rounded(), set_free.rounded()))
            by_payer[line.payer] = by_payer.get(line.payer, NOTHING) + cashable
            by_year[line.year] = by_year.get(line.year, NOTHING) + cashable
            total, free = total + cashable, free + set_free
        return Avoided(
            tuple(done),
            {payer: amount.rounded() for payer, amount in sorted(by_payer.items())},
            {year: amount.rounded() for year, amount in sorted(by_year.items())},
            total.rounded(), free.rounded(), rate, rate_source,
        )  # fmt: skip


def _amounts(line: Line, rate: Range) -> Range:
    """Before the cashable share."""

    def one(units: Decimal, dead: Decimal, part: Decimal, cost: Decimal, r: Decimal) -> Decimal:
        return units * (ONE - dead) * part * cost / (ONE + r) ** line.year

    u, d, a, c = line.units, line.deadweight, line.attribution, line.unit_cost
    return Range(
        one(u.low, d.high, a.low, c.low, rate.high),
        one(u.central, d.central, a.central, c.central, rate.central),
        one(u.high, d.low, a.high, c.high, rate.low),
    )


def _ordered(value: Range, name: str) -> None:
    if not all(v.is_finite() for v in value.values):
        raise Refused("not_finite", _("%(name)s : un nombre est attendu.") % {"name": name})
    if not value.low <= value.central <= value.high:
        raise Refused(
            "range",
            _("%(name)s : la valeur basse, la centrale et la haute doivent aller en croissant.")
            % {"name": name},
        )


def _check(line: Line) -> None:
    if line.nature != "cost":
        raise Refused(
            "well_being",
            _(
                "« %(label)s » est un gain de bien-être : il se montre à part et ne s’ajoute "
                "jamais aux coûts évités."
            )
            % {"label": line.label},
        )
    if not line.payer.strip():
        raise Refused("payer", _("« %(label)s » : dites qui paie ce coût.") % {"label": line.label})
    if not 0 <= line.year <= MOST_YEARS:
        raise Refused("year", _("« %(label)s » : année hors limites.") % {"label": line.label})
    for value, name in ((line.units, _("Unités")), (line.unit_cost, _("Coût unitaire"))):
        where = f"{line.label} – {name}"
        _ordered(value, where)
        if value.low < 0 or value.high > LARGEST:
            raise Refused("negative", _("%(name)s : hors limites.") % {"name": where})
    shares = (
        (line.deadweight, _("Effet d’aubaine")),
        (line.attribution, _("Attribution")),
        (line.cashable, _("Part encaissable")),
    )
    for value, name in shares:
        where = f"{line.label} – {name}"
        _ordered(value, where)
        if value.low < 0 or value.high > 1:
            raise Refused("share", _("%(name)s : une part va de 0 à 1.") % {"name": where})


def cost_per_unit_of_effect(
    cost: Range, effect: Decimal | float, ci_low: Decimal | float, ci_high: Decimal | float
) -> CostPerEffect:
    """Euros for one unit of effect (one standard deviation, one event avoided…) per beneficiary.

    ``cost``: euros per beneficiary. The dearest bound divides the high cost by the low end of
    the effect; it is None (« no limit known ») when the interval reaches zero, and everything is
    None when the effect itself isn't above zero. Turn the sign first where less is better.
    """
    _ordered(cost, _("Coût"))
    if cost.low < 0:
        raise Refused("negative", _("Le coût ne peut pas être négatif."))
    middle, low, high = (Decimal(str(v)) for v in (effect, ci_low, ci_high))
    if not all(v.is_finite() for v in (middle, low, high)) or not low <= middle <= high:
        raise Refused("range", _("L’effet doit être entre les bornes de son intervalle."))
    if middle <= 0:
        return CostPerEffect(None, None, None)
    return CostPerEffect(
        (cost.low / high).quantize(CENT, ROUND_HALF_UP),
        (cost.central / middle).quantize(CENT, ROUND_HALF_UP),
        (cost.high / low).quantize(CENT, ROUND_HALF_UP) if low > 0 else None,
    )


@dataclass(frozen=True)
class CostPerEffect:
    """Euros to the cent; None where no limit can be given."""

    low: Decimal | None
    central: Decimal | None
    high: Decimal | None


def lines_of(records: Iterable[Mapping[str, object]]) -> list[Line]:
    """Lines from JSON records: each Range as a number or as ``[low, central, high]``."""
    found = []
    for record in records:
        values = dict(record)
        for name in ("units", "unit_cost", "deadweight", "attribution", "cashable"):
            if name in values:
                given = values[name]
                if isinstance(given, (list, tuple)):
                    values[name] = Range(*(Decimal(str(v)) for v in given))
                elif not isinstance(given, Range):
                    values[name] = Range.of(str(given))
        found.append(Line(**values))  # type: ignore[arg-type]
    return found
