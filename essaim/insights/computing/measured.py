"""A figure before it is kept, and all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Q


@dataclass(frozen=True)
class Measured:
    """As ``models.Figure``."""

    key: str
    value: Decimal | int | None = None
    low: Decimal | int | None = None
    high: Decimal | int | None = None
    counted: int | None = None
    total: int | None = None
    dimension: str = ""
    code: str = ""
    subject: str = ""
    scope: str = "public"


def of_scope(queryset: Any, invented: Q, scope: str) -> Any:
    """The rows that say they are invented, or all the others."""
    return queryset.filter(invented) if scope == "invented" else queryset.exclude(invented)


def quartiles(values: Iterable[int]) -> tuple[Decimal, Decimal, Decimal] | None:
    """First quartile, median, third; by linear interpolation (numpy's default)."""
    ordered = sorted(values)
    if not ordered:
        return None

    def at(share: float) -> Decimal:
        place = share * (len(ordered) - 1)
        below = int(place)
        above = min(below + 1, len(ordered) - 1)
        found = ordered[below] + (ordered[above] - ordered[below]) * (place - below)
        return Decimal(str(round(found, 2)))

    return at(0.25), at(0.5), at(0.75)


def everything() -> Iterator[Measured]:
    from essaim.insights.computing import (
        cards,
        costs,
        funders,
        funnel,
        money,
        needs,
        sites,
        supports,
    )

    for scope in ("public", "invented"):
        for compute in (
            cards.compute, sites.compute, needs.compute, money.compute, costs.compute,
            funnel.compute, supports.compute,
        ):  # fmt: skip
            for each in compute(scope):
                yield replace(each, scope=scope)
    yield from funders.compute()
