"""How much of the need is covered, place by place and in all: the stop rule of § 2.

People concerned are counted at one moment (population × share), and so are people served: the
last number each site told. What the original site serves is counted only where it is itself
followed as a site.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import F, OuterRef, Subquery

from essaim.initiatives.models import Initiative
from essaim.territories.models import Containment, Overlap

from .models import RUNNING, NeedEstimate, Replication, Report

FULL = Decimal(100)


@dataclass(frozen=True)
class People:
    """Whole persons: low, central, high."""

    low: int
    central: int
    high: int

    def __add__(self, other: People) -> People:
        return People(self.low + other.low, self.central + other.central, self.high + other.high)

    def less(self, served: int) -> People:
        """What remains, never below nobody."""
        return People(*(max(0, each - served) for each in (self.low, self.central, self.high)))

    def share(self, percent: Decimal) -> People:
        return People(
            *(_round(Decimal(each) * percent / 100) for each in (self.low, self.central, self.high))
        )


def _round(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True)
class Row:
    label: str
    estimate: NeedEstimate | None  # None: the sum of all
    need: People
    aimed: People  # the share of the need that the card aims at
    served: int
    sites: int
    left: People | None = None  # of the sum: what remains in each place, added up

    @property
    def remaining(self) -> People:
        return self.aimed.less(self.served) if self.left is None else self.left

    @property
    def covered(self) -> int | None:
        """Percent of the need (central) that is served."""
        if not self.need.central:
            return None
        return _round(FULL * self.served / self.need.central)

    @property
    def is_met(self) -> bool:
        return self.aimed.central > 0 and self.remaining.central == 0

    @property
    def is_met_at_worst(self) -> bool:
        return self.is_met and self.remaining.high == 0


@dataclass(frozen=True)
class Coverage:
    target: Decimal  # percent of the need
    target_is_stated: bool
    rows: list[Row]
    total: Row | None  # of places that no other estimated place contains
    elsewhere: int  # served where no need is estimated
    # Of the places of the total, those that share people while neither contains the other.
    shared: list[tuple[str, str]]


def need_of(estimate: NeedEstimate) -> People:
    shares = (estimate.prevalence_low, estimate.prevalence, estimate.prevalence_high)
    return People(*(_round(estimate.population * share / 100) for share in shares))


def served_by_site(card: Initiative) -> list[tuple[int, int]]:
    """(territory, people served now) of each running site that told it; one query."""
    last = (
        Report.objects.filter(replication=OuterRef("pk"), beneficiaries__isnull=False)
        .order_by("-quarter")
        .values("beneficiaries")[:1]
    )
    running = Replication.objects.filter(initiative=card, state__in=RUNNING)
    told = running.annotate(served=Subquery(last)).filter(served__isnull=False)
    return list(told.values_list("territory", "served"))


def coverage_of(card: Initiative) -> Coverage:
    """Four queries, whatever the number of places and sites."""
    estimates = list(NeedEstimate.objects.filter(initiative=card).for_list())
    served = served_by_site(card)
    places = {each.territory_id for each in estimates}
    above: dict[int, set[int]] = defaultdict(set)
    pairs = Containment.objects.filter(
        descendant__in=places | {territory for territory, _n in served}, ancestor__in=places
    )
    for inner, outer in pairs.values_list("descendant_id", "ancestor_id"):
        above[inner].add(outer)
    target = card.target_coverage or FULL
    rows = [_row(each, target, served, above) for each in estimates]
    largest = [row for row in rows if _stands_alone(row.estimate, above)]
    return Coverage(
        target,
        card.target_coverage is not None,
        rows,
        _total(largest, [n for place, n in served if above[place]]),
        sum(n for place, n in served if not above[place]),
        _shared(largest),
    )


def _shared(rows: list[Row]) -> list[tuple[str, str]]:
    """Two groups with a commune in common, an intercommunality across a département's bound: what
    they share cannot be told from population and share, so it is said, not taken off."""
    labels = {row.estimate.territory_id: row.label for row in rows if row.estimate is not None}
    if len(labels) < 2:
        return []
    pairs = Overlap.objects.filter(one__in=labels, other__in=labels, one__lt=F("other"))
    found = pairs.values_list("one_id", "other_id")
    return sorted((labels[one], labels[other]) for one, other in found)


def _row(
    estimate: NeedEstimate,
    target: Decimal,
    served: Iterable[tuple[int, int]],
    above: dict[int, set[int]],
) -> Row:
    here = [n for place, n in served if estimate.territory_id in above[place]]
    need = need_of(estimate)
    return Row(estimate.territory.label, estimate, need, need.share(target), sum(here), len(here))


def _stands_alone(estimate: Any, above: dict[int, set[int]]) -> bool:
    return above[estimate.territory_id] <= {estimate.territory_id}


def _total(rows: list[Row], served: list[int]) -> Row | None:
    """What one place has beyond its need fills nobody's elsewhere."""
    if not rows:
        return None
    need = aimed = left = People(0, 0, 0)
    for row in rows:
        need, aimed, left = need + row.need, aimed + row.aimed, left + row.remaining
    return Row("", None, need, aimed, sum(served), len(served), left)
