"""What sites really cost, beside what the card says; the card's own ranges stay as they are.

Conventions (ours): what installs and exceptional funding are summed over the quarters told; what
runs and what is avoided is the mean of the quarters told since the site serves people, times four.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

from django.db.models import Exists, OuterRef

from essaim.initiatives.models import EconomicLine, Initiative
from essaim.modelling.lines import Assumptions, Range, read_lines
from essaim.modelling.models import EconomicAssumptions

from .models import Replication, ReportCost, quarter_of

Kind = EconomicLine.Line
ONCE = {Kind.SETUP_STAFF, Kind.INVESTMENT, Kind.EXCEPTIONAL_FUNDING}
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Real:
    """Of several sites, in euros: the least, the middle one, the most."""

    sites: int
    low: Decimal
    central: Decimal
    high: Decimal


@dataclass(frozen=True)
class GridLine:
    kind: str
    label: Any
    is_yearly: bool
    planned: Range | None  # the holder's; None: the card gives no amount in euros
    real: Real | None
    mine: Decimal | None = None  # of one site

    @property
    def ratio(self) -> Decimal | None:
        """This site, against the central value of the card: percents."""
        if self.mine is None or self.planned is None or not self.planned.central:
            return None
        return (100 * self.mine / self.planned.central).quantize(Decimal(1), ROUND_HALF_UP)


def planned_of(card: Initiative) -> dict[str, Range]:
    """What the card says, line by line, in euros; two queries."""
    kept = EconomicAssumptions.objects.filter(initiative=card).first()
    supposed = (
        Assumptions(day_cost=kept.day_cost, fte_cost=kept.fte_cost) if kept else Assumptions()
    )
    lines, _left = read_lines(card.economics.all(), supposed)
    found: dict[str, Range] = {}
    for line in lines:
        found[line.kind] = found.get(line.kind, Range()) + line.amount
    return found


def with_costs(sites: Any) -> Any:
    """Of these replications those that told a cost, with what is read of them."""
    told = ReportCost.objects.filter(report__replication=OuterRef("pk"))
    return sites.filter(Exists(told)).only("pk", "state", "live_on")


def real_of(replications: Iterable[Replication]) -> dict[int, dict[str, Decimal]]:
    """For each site, euros by line; one query whatever their number."""
    sites = {each.pk: each for each in replications}
    told: dict[int, dict[str, list[tuple[Any, int]]]] = defaultdict(lambda: defaultdict(list))
    rows = ReportCost.objects.filter(report__replication__in=sites).values_list(
        "report__replication", "report__quarter", "line", "amount_cents"
    )
    for site, quarter, line, cents in rows:
        told[site][line].append((quarter, cents))
    return {
        site: {
            line: amount
            for line, quarters in lines.items()
            if (amount := _amount(sites[site], line, quarters)) is not None
        }
        for site, lines in told.items()
    }


def _amount(site: Replication, line: str, quarters: list[tuple[Any, int]]) -> Decimal | None:
    if line in ONCE:
        return Decimal(sum(cents for _quarter, cents in quarters)) / 100
    since = quarter_of(site.live_on) if site.live_on else None
    running = [cents for quarter, cents in quarters if since is None or quarter >= since]
    if not running:
        return None
    return (Decimal(4 * sum(running)) / len(running) / 100).quantize(CENT, ROUND_HALF_UP)


def grid(
    card: Initiative, replications: Iterable[Replication], *, mine: Replication | None = None
) -> list[GridLine]:
    """The six lines: the card's ranges, what sites told, and one site's own where asked. Nothing
    where no site told anything: there is nothing to compare."""
    real = real_of(replications)
    if not real:
        return []
    planned = planned_of(card)
    lines = []
    for kind in Kind:
        amounts = sorted(lines_of[kind] for lines_of in real.values() if kind in lines_of)
        lines.append(
            GridLine(
                kind.value,
                kind.label,
                kind not in ONCE,
                planned.get(kind.value),
                Real(len(amounts), amounts[0], Decimal(median(amounts)), amounts[-1])
                if amounts
                else None,
                real.get(mine.pk, {}).get(kind.value) if mine else None,
            )
        )
    return lines


def has_real(lines: Iterable[GridLine]) -> bool:
    return any(line.real for line in lines)
