"""Avoided costs by payer, from what was evaluated and concluded; and what sites told."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from essaim.common.text import fold
from essaim.evaluations.models import AvoidedCosts, Evaluation, State
from essaim.initiatives.models import EconomicLine, Publication
from essaim.insights.computing.measured import Measured, of_scope
from essaim.insights.computing.sites import of_public_cards
from essaim.insights.invented import EVALUATIONS, says_so
from essaim.replications.models import ReportCost


def concluded(scope: str) -> Any:
    """Of an evaluation, its own words, those of its card or of its cost lines tell it invented."""
    found = Evaluation.objects.public().filter(
        state=State.CONCLUDED, initiative__publication=Publication.PUBLISHED
    )
    lines = says_so("lines__label", "lines__source", "rate_source")
    invented = says_so(*EVALUATIONS) | Q(
        pk__in=AvoidedCosts.objects.filter(lines).values("evaluation")
    )
    return of_scope(found, invented, scope)


def amounts(costs: AvoidedCosts, payer: str = "") -> list[Decimal] | None:
    """Low, central, high of one payer however it was typed, or of all; None where nothing is."""
    found = [
        [Decimal(value) for value in values]
        for name, values in (costs.results or {}).get("by_payer", {}).items()
        if not payer or fold(name) == fold(payer)
    ]
    if not found:
        return None
    return [sum(column, Decimal(0)) for column in zip(*found, strict=True)]


def compute(scope: str) -> Iterator[Measured]:
    evaluations = concluded(scope)
    payers: dict[str, list[Decimal]] = {}
    names: dict[str, str] = {}
    priced = 0
    kept = AvoidedCosts.objects.filter(evaluation__in=evaluations.values("pk")).order_by("pk")
    for costs in kept:
        if not costs.results:
            continue
        priced += 1
        for payer, values in costs.results["by_payer"].items():
            key = fold(payer)
            names.setdefault(key, payer)
            sums = payers.setdefault(key, [Decimal(0)] * 3)
            payers[key] = [a + Decimal(b) for a, b in zip(sums, values, strict=True)]
    whole = [sum((row[n] for row in payers.values()), Decimal(0)) for n in range(3)]
    low, value, high = whole if priced else (None, None, None)
    yield Measured("avoided", value, low=low, high=high, counted=priced, total=evaluations.count())
    for key, (low, value, high) in sorted(payers.items()):
        yield Measured(
            "avoided", value, low=low, high=high, dimension="payer", code=names[key][:200]
        )
    yield _told(scope)


def _told(scope: str) -> Measured:
    sites = of_public_cards(scope)
    lines = ReportCost.objects.filter(
        report__replication__in=sites.values("pk"), line=EconomicLine.Line.AVOIDED_COSTS
    )
    found = lines.aggregate(
        cents=Sum("amount_cents"), sites=Count("report__replication", distinct=True)
    )
    telling = sites.filter(reports__isnull=False).distinct().count()
    value = Decimal(found["cents"]) / 100 if found["cents"] is not None else None
    return Measured("avoided_told", value, counted=found["sites"], total=telling)
