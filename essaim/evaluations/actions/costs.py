"""Avoided costs of an evaluation: the ranges as said, and what they give (§ 5 of the domain)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.evaluations.models import AvoidedCostLine, AvoidedCosts, Evaluation, State
from essaim.statistics import avoided_costs
from essaim.statistics.avoided_costs import Line, Range

from .journal import locked, moved_on

MOST_LINES = 30
HUNDRED = Decimal(100)


@transaction.atomic
def save(
    evaluation: Evaluation,
    *,
    discount_rate: Decimal,
    rate_source: str,
    lines: list[dict[str, Any]],
) -> AvoidedCosts:
    """Replace the lines and compute; raises DomainError where a figure makes no sense."""
    evaluation = locked(evaluation)
    if evaluation.state in {State.ABANDONED, State.WITHDRAWN, State.CONCLUDED}:
        raise moved_on(evaluation)
    if not lines:
        raise DomainError(_("Donnez au moins un coût évité."))
    if len(lines) > MOST_LINES:
        raise DomainError(_("Trente lignes au plus."))
    found = avoided_costs.compute(
        [_line(values) for values in lines],
        rate=Range.of(discount_rate / HUNDRED),
        rate_source=rate_source,
    )
    costs, _created = AvoidedCosts.objects.update_or_create(
        evaluation=evaluation,
        defaults={
            "discount_rate": discount_rate,
            "rate_source": rate_source.strip(),
            "results": _stored(found),
        },
    )
    costs.lines.all().delete()
    AvoidedCostLine.objects.bulk_create(
        AvoidedCostLine(costs=costs, position=n, **values) for n, values in enumerate(lines)
    )
    return costs


@transaction.atomic
def remove(evaluation: Evaluation) -> None:
    evaluation = locked(evaluation)
    if evaluation.state in {State.ABANDONED, State.WITHDRAWN, State.CONCLUDED}:
        raise moved_on(evaluation)
    AvoidedCosts.objects.filter(evaluation=evaluation).delete()


def _range(values: dict[str, Any], name: str, by: Decimal = Decimal(1)) -> Range:
    return Range(*(values[f"{name}_{end}"] / by for end in ("low", "central", "high")))


def _line(values: dict[str, Any]) -> Line:
    return Line(
        label=values["label"],
        payer=values["payer"],
        units=_range(values, "units"),
        unit_cost=_range(values, "unit_cost"),
        deadweight=_range(values, "deadweight", HUNDRED),
        attribution=_range(values, "attribution", HUNDRED),
        cashable=_range(values, "cashable", HUNDRED),
        year=values["year"],
        source=values["source"],
    )


def _shown(value: Range) -> list[str]:
    return [str(each) for each in value.values]


def _stored(found: avoided_costs.Avoided) -> dict[str, Any]:
    """Exact euros as text: a JSON number would lose cents."""
    return {
        "total": _shown(found.total),
        "set_free": _shown(found.set_free),
        "by_payer": {payer: _shown(value) for payer, value in found.by_payer.items()},
        "by_year": {str(year): _shown(value) for year, value in found.by_year.items()},
        "lines": [
            {"cashable": _shown(line.cashable), "set_free": _shown(line.set_free)}
            for line in found.lines
        ],
    }
