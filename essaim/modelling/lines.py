"""The lines of the economic grid, read as euros: what installs, what runs, how often.

The conventions are those of `economics.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from essaim.initiatives.derived import EUROS, RUNNING, SETUP, TIMES_A_YEAR
from essaim.initiatives.models import EconomicLine

Line = EconomicLine.Line
SITES = (1, 10, 20)
# Of one line, once in euros: beyond, a unit was mistaken (euros typed for cents, for example).
ABSURD = Decimal(1_000_000_000)
CENT = Decimal("0.01")
DAYS = {"jour", "jours", "j", "jour-homme", "jours-homme", "jours-hommes", "day", "days"}
FTES = {"etp", "etpt", "équivalent temps plein", "équivalents temps plein", "fte"}
HOURS = {"heure", "heures", "h", "hour", "hours"}
HOURS_A_DAY = 7  # 35 hours in five days


@dataclass(frozen=True)
class Range:
    low: Decimal = Decimal(0)
    central: Decimal = Decimal(0)
    high: Decimal = Decimal(0)

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.central + other.central, self.high + other.high)

    def __sub__(self, other: Range) -> Range:
        """The best of one against the worst of the other, and the reverse."""
        return Range(self.low - other.high, self.central - other.central, self.high - other.low)

    def times(self, factor: Decimal | int) -> Range:
        """By a number that is not negative."""
        return Range(self.low * factor, self.central * factor, self.high * factor)

    def over(self, other: Range) -> Range:
        return Range(self.low / other.high, self.central / other.central, self.high / other.low)

    def rounded(self) -> Range:
        return Range(*(v.quantize(CENT, ROUND_HALF_UP) for v in self.values))

    @property
    def values(self) -> tuple[Decimal, Decimal, Decimal]:
        return self.low, self.central, self.high

    @property
    def is_known(self) -> bool:
        return any(self.values)


ZERO = Range()


@dataclass(frozen=True)
class Assumptions:
    """What the six lines do not say. ``beneficiaries``: people, a site, a year."""

    beneficiaries: Range | None = None
    day_cost: Decimal | None = None  # euros for a day of work
    fte_cost: Decimal | None = None  # euros for a full-time equivalent, a year
    years: int = 5


@dataclass(frozen=True)
class CostLine:
    pk: int
    kind: str  # one of the six
    label: str
    payer: str
    amount: Range  # euros, each time it is paid
    is_yearly: bool
    is_shared: bool  # paid once for all sites

    @property
    def is_cost(self) -> bool:
        return self.kind in SETUP | RUNNING

    def over(self, years: int) -> Range:
        return self.amount.times(years) if self.is_yearly else self.amount


@dataclass(frozen=True)
class LeftOut:
    """A line that could not be counted, and why: no_amount, day_cost, fte_cost, unit, period,
    absurd."""

    label: str
    why: str


def read_lines(
    lines: Iterable[Any], assumptions: Assumptions, shared: Iterable[int] = ()
) -> tuple[list[CostLine], list[LeftOut]]:
    """The lines in euros, and those left out with their reason."""
    found, left = [], []
    shared = set(shared)
    for line in lines:
        label = line.label or line.get_line_display()
        read = _amount(line, assumptions)
        if isinstance(read, str):
            left.append(LeftOut(label, read))
            continue
        amount, is_yearly = read
        if amount.high > ABSURD:
            left.append(LeftOut(label, "absurd"))
            continue
        payer = " ".join(line.payer.split())
        found.append(
            CostLine(line.pk, line.line, label, payer, amount, is_yearly, line.pk in shared)
        )
    return found, left


def _amount(line: Any, assumptions: Assumptions) -> tuple[Range, bool] | str:
    values = _complete(line.low, line.central, line.high)
    if values is None:
        return "no_amount"
    unit = line.unit.strip().lower()
    rate = Decimal(1)
    if unit in DAYS | HOURS:
        if assumptions.day_cost is None:
            return "day_cost"
        rate = assumptions.day_cost / (HOURS_A_DAY if unit in HOURS else 1)
    elif unit in FTES:
        if assumptions.fte_cost is None:
            return "fte_cost"
        rate = assumptions.fte_cost
    elif unit not in EUROS:
        return "unit"
    times, is_yearly = _rhythm(line.line, line.period)
    if times is None:
        return "period"
    return values.times(rate * times), is_yearly


def _rhythm(kind: str, period: str) -> tuple[int | None, bool]:
    """How many times a year, and whether it comes back each year."""
    if kind in SETUP or kind == Line.EXCEPTIONAL_FUNDING:
        return 1, False
    if kind in RUNNING and period == "":
        return 1, True  # the cost of a year, unless said otherwise
    if period in {"", "once"}:
        return 1, False
    return TIMES_A_YEAR.get(period), True


def _complete(low: Any, central: Any, high: Any) -> Range | None:
    """One value stands for three; without a central one, the middle of what is known."""
    known = [Decimal(v) for v in (low, high) if v is not None]
    if central is None:
        if not known:
            return None
        central = sum(known) / len(known)
    middle = Decimal(central)
    return Range(
        Decimal(low) if low is not None else middle,
        middle,
        Decimal(high) if high is not None else middle,
    )
