"""What an initiative costs, site by site: pure computing, exact decimals, no database.

From the six lines of § 5 of the domain. Conventions:
- all amounts are euros; days of work and full-time equivalents become euros at the stated cost;
- what installs is paid once; what runs is paid each year; exceptional funding comes once;
- a range is (low, central, high). Sums add lows with lows. A difference takes the low of the
  first and the high of the second, and a ratio likewise: the range holds the worst and the best;
- avoided costs never enter a cost: they are set against it, apart, and payer by payer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


# --- one site ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Site:
    """Sums of the lines. ``avoided`` and ``funding`` are not costs."""

    setup: Range
    running: Range  # a year
    funding: Range
    avoided_once: Range
    avoided_yearly: Range

    def cost(self, years: int) -> Range:
        return self.setup + self.running.times(years)

    def avoided(self, years: int) -> Range:
        return self.avoided_once + self.avoided_yearly.times(years)

    def net(self, years: int) -> Range:
        """Cost less avoided costs; exceptional funding left aside."""
        return self.cost(years) - self.avoided(years)


def site_of(lines: Iterable[CostLine], sites: int = 1) -> Site:
    """``sites`` of them together: what is shared is counted once, the rest as many times."""
    sums = {"setup": ZERO, "running": ZERO, "funding": ZERO, "once": ZERO, "yearly": ZERO}
    for line in lines:
        if line.kind == Line.EXCEPTIONAL_FUNDING:
            name = "funding"
        elif line.kind == Line.AVOIDED_COSTS:
            name = "yearly" if line.is_yearly else "once"
        else:
            name = "running" if line.is_yearly else "setup"
        sums[name] += line.amount.times(1 if line.is_shared else sites)
    return Site(sums["setup"], sums["running"], sums["funding"], sums["once"], sums["yearly"])


def per_beneficiary(cost: Range, beneficiaries: Range, years: int = 1) -> Range:
    """Euros for each person. Raises ValueError without at least one person."""
    if beneficiaries.low <= 0:
        raise ValueError("at least one beneficiary")
    return cost.over(beneficiaries.times(years)).rounded()


# --- years ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Year:
    number: int
    cost: Range  # since the beginning
    avoided: Range
    without: Range  # funding less cost: low is the worst
    with_avoided: Range  # funding and avoided costs, less cost


def years_of(site: Site, years: int) -> list[Year]:
    """Cumulated from the installation; year 1 holds it and a whole year of running."""
    return [
        Year(
            n,
            site.cost(n),
            site.avoided(n),
            site.funding - site.cost(n),
            (site.funding + site.avoided(n)) - site.cost(n),
        )
        for n in range(1, years + 1)
    ]


def break_even(balances: Sequence[Decimal]) -> int | None:
    """The first year from which the balance is never negative again, up to the last one."""
    found = None
    for number, balance in enumerate(balances, 1):
        if balance < 0:
            found = None
        elif found is None:
            found = number
    return found


@dataclass(frozen=True)
class BreakEven:
    """Years, or None where it does not come within the horizon."""

    worst: int | None
    central: int | None
    best: int | None


def break_evens(balances: Sequence[Range]) -> BreakEven:
    return BreakEven(*(break_even([b.values[n] for b in balances]) for n in range(3)))


# --- payers -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Payer:
    name: str  # empty: the card does not say who
    site: Site
    net: Range  # over the years: what it pays less what it avoids
    break_even: BreakEven


def payers_of(lines: Iterable[CostLine], years: int) -> list[Payer]:
    """In the order of the card, whoever is not named last."""
    groups: dict[str, list[CostLine]] = {}
    for line in lines:
        groups.setdefault(line.payer.casefold(), []).append(line)
    found = []
    for key in sorted(groups, key=lambda name: name == ""):
        site = site_of(groups[key])
        balances = [site.avoided(n) - site.cost(n) for n in range(1, years + 1)]
        found.append(Payer(groups[key][0].payer, site, site.net(years), break_evens(balances)))
    return found


# --- what weighs most ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Bar:
    """The net cost over the years when this line alone moves from its low to its high."""

    label: str
    at_low: Decimal
    at_high: Decimal
    share: Decimal | None  # of all costs over the years, central values; None for what is no cost

    @property
    def swing(self) -> Decimal:
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True)
class Tornado:
    central: Decimal
    bars: list[Bar]  # the widest first

    @property
    def heaviest(self) -> Bar | None:
        return self.bars[0] if self.bars and self.bars[0].swing else None


def tornado_of(lines: Sequence[CostLine], years: int) -> Tornado:
    site = site_of(lines)
    central, total = site.net(years).central, site.cost(years).central
    bars = []
    for line in lines:
        if line.kind == Line.EXCEPTIONAL_FUNDING:
            continue
        over, sign = line.over(years), 1 if line.is_cost else -1
        share = (100 * over.central / total) if line.is_cost and total else None
        bars.append(
            Bar(
                line.label,
                central + sign * (over.low - over.central),
                central + sign * (over.high - over.central),
                share.quantize(Decimal("0.1"), ROUND_HALF_UP) if share is not None else None,
            )
        )
    return Tornado(central, sorted(bars, key=lambda bar: -bar.swing))


# --- 1, 10, 20 sites ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Scale:
    sites: int
    setup: Range
    running: Range
    total: Range  # all sites, over the years
    each: Range  # the same for one site
    beneficiary: Range | None


def scales_of(lines: Sequence[CostLine], assumptions: Assumptions) -> list[Scale]:
    found = []
    for sites in SITES:
        together = site_of(lines, sites)
        total = together.cost(assumptions.years)
        people = assumptions.beneficiaries
        found.append(
            Scale(
                sites,
                together.setup,
                together.running,
                total,
                total.over(Range(*[Decimal(sites)] * 3)).rounded(),
                per_beneficiary(total, people.times(sites), assumptions.years) if people else None,
            )
        )
    return found


# --- the page -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Economy:
    assumptions: Assumptions
    lines: list[CostLine]
    left_out: list[LeftOut]
    site: Site
    first_year: Range
    over_years: Range
    person_running: Range | None  # a beneficiary, a year of running
    person_over_years: Range | None  # a beneficiary, installation included
    years: list[Year]
    without: BreakEven
    with_avoided: BreakEven
    payers: list[Payer]
    tornado: Tornado
    scales: list[Scale]

    @property
    def shared(self) -> list[CostLine]:
        return [line for line in self.lines if line.is_shared]


def economy_of(
    lines: Iterable[Any], assumptions: Assumptions, shared: Iterable[int] = ()
) -> Economy:
    """Every figure of the page."""
    found, left = read_lines(lines, assumptions, shared)
    site, people, horizon = site_of(found), assumptions.beneficiaries, assumptions.years
    years = years_of(site, horizon)
    return Economy(
        assumptions=assumptions,
        lines=found,
        left_out=left,
        site=site,
        first_year=site.cost(1),
        over_years=site.cost(horizon),
        person_running=per_beneficiary(site.running, people) if people else None,
        person_over_years=per_beneficiary(site.cost(horizon), people, horizon) if people else None,
        years=years,
        without=break_evens([year.without for year in years]),
        with_avoided=break_evens([year.with_avoided for year in years]),
        payers=payers_of(found, horizon),
        tornado=tornado_of(found, horizon),
        scales=scales_of(found, assumptions),
    )
