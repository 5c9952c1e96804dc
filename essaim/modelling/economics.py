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

from essaim.initiatives.derived import RUNNING, SETUP
from essaim.modelling.lines import (
    SITES,
    ZERO,
    Assumptions,
    CostLine,
    LeftOut,
    Line,
    Range,
    read_lines,
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

    @property
    def without_range(self) -> list[str]:
        """What nobody said how uncertain it is: it may weigh more than the heaviest."""
        return [bar.label for bar in self.bars if not bar.swing]


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
    def not_valued(self) -> list[Any]:
        """Lines of cost of which no amount is counted, in the order of the grid: whatever is
        said of the others is said without them."""
        counted = {line.kind for line in self.lines}
        return [kind.label for kind in Line if kind in SETUP | RUNNING and kind not in counted]

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
