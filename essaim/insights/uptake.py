"""The sites of a card period by period, and how many sites its need amounts to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from essaim.initiatives.models import Initiative
from essaim.insights.computing.sites import with_served
from essaim.insights.invented import SITES, says_so
from essaim.replications.coverage import coverage_of
from essaim.replications.models import Replication

YEARLY_FROM = 6  # years: shorter, quarters are counted
MOST_PERIODS = 120


@dataclass(frozen=True)
class Uptake:
    """Commitments of each complete period; t is the year, or the year and its quarters."""

    step: float  # in years: 1 or 0.25
    t: list[float]
    committed: list[int]
    stopped: list[int]
    unfinished: int  # in the period that is not over: left out of the fit
    invented: bool  # all sites say they are « fictif »

    def to_dict(self) -> dict[str, Any]:
        return {**self.__dict__}

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Uptake:
        return cls(**record)


def label(t: float, step: float) -> str:
    """« 2019 » or « 2019 T2 »."""
    year = int(t + 1e-6)
    return str(year) if step == 1 else f"{year} T{1 + round((t - year) * 4)}"


def period_holding(t: float, step: float) -> float:
    """The period in which a continuous time of the model falls: at its end the period is over."""
    return -int(-(t - 1e-9) // step) * step


def sites_of(card: Initiative) -> tuple[list[Replication], bool]:
    """Sites committed once; the invented ones only where all are, so that they never mix."""
    found = Replication.objects.filter(initiative=card).committed()
    real = list(found.exclude(says_so(*SITES)))
    return (real, False) if real else (list(found), True)


def uptake_of(sites: Sequence[Replication], invented: bool, today: dt.date) -> Uptake | None:
    """None before the first commitment."""
    begun = sorted(each.committed_on for each in sites if each.committed_on)
    if not begun:
        return None
    first = begun[0]
    step = 1.0 if today.year - first.year >= YEARLY_FROM else 0.25

    def period(day: dt.date) -> float:
        return float(day.year) if step == 1 else day.year + (day.month - 1) // 3 / 4

    now, start = period(today), period(first)
    count = min(MOST_PERIODS, round((now - start) / step))
    times = [start + n * step for n in range(count)]
    ended = [each.stopped_on for each in sites if each.stopped_on]
    return Uptake(
        step, times,
        [sum(period(day) == t for day in begun) for t in times],
        [sum(period(day) == t for day in ended) for t in times],
        sum(period(day) >= now for day in begun),
        invented,
    )  # fmt: skip


def market_of(card: Initiative, sites: Sequence[Replication]) -> dict[str, Any] | None:
    """Sites that the need amounts to: people aimed at ÷ people that a site serves (the mean of what
    running sites told, else of what sites plan); None where either is unknown."""
    total = coverage_of(card).total
    if total is None or not total.aimed.central:
        return None
    running = with_served(Replication.objects.filter(pk__in=[s.pk for s in sites]).running())
    told = [served for served in running.values_list("served", flat=True) if served]
    planned = [each.beneficiaries_target for each in sites if each.beneficiaries_target]
    people = told or planned
    if not people:
        return None
    per_site = sum(people) / len(people)
    return {
        "low": total.aimed.low / per_site,
        "central": total.aimed.central / per_site,
        "high": total.aimed.high / per_site,
        "per_site": per_site,
        "told": len(told),
        "aimed": total.aimed.central,
        # A site that stopped leaves its part of the need to another: the curve counts both.
        "standing": sum(each.stopped_on is None for each in sites),
        "stopped": sum(each.stopped_on is not None for each in sites),
        "served": total.served,
    }


def to_commit(market: dict[str, Any], bound: str = "central") -> float:
    """Commitments that meet the need: its sites, and one more for each that stopped."""
    return float(market[bound] + market.get("stopped", 0))
