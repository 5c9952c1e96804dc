"""What a unit of effect costs, from the card's own grid (§ 5 of the domain)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from essaim.initiatives.derived import first_year_cost
from essaim.initiatives.models import EconomicLine
from essaim.statistics.avoided_costs import CostPerEffect, Range, cost_per_unit_of_effect
from essaim.statistics.results import Result

from .models import Evaluation, Outcome


@dataclass(frozen=True)
class CostOfEffect:
    """Euros: set-up and first year for one person helped, and for one unit of effect."""

    per_person: Range
    per_unit: CostPerEffect
    beneficiaries: int


def _taking(end: str) -> Callable[[EconomicLine], EconomicLine]:
    def take(line: EconomicLine) -> EconomicLine:
        """The line with one bound in place of its central value, where it has it."""
        value = getattr(line, end)
        return EconomicLine(
            line=line.line, unit=line.unit, period=line.period,
            low=line.low, high=line.high, central=line.central if value is None else value,
        )  # fmt: skip

    return take


def cost_of_effect(evaluation: Evaluation, result: Result) -> CostOfEffect | None:
    """None where the grid, the number of people or the direction of the effect do not allow it."""
    people, effect = evaluation.beneficiaries, result.difference
    if not people or None in (effect.value, effect.ci_low, effect.ci_high):
        return None
    lines = list(evaluation.initiative.economics.all())
    bounds = [first_year_cost(map(_taking(end), lines)) for end in ("low", "central", "high")]
    if any(bound is None for bound in bounds):
        return None
    low, central, high = sorted((bound or Decimal(0)) / people for bound in bounds)
    per_person = Range(low, central, high)
    values = [effect.value or 0.0, effect.ci_low or 0.0, effect.ci_high or 0.0]
    if not evaluation.higher_is_better:
        values = [-values[0], -values[2], -values[1]]
    return CostOfEffect(per_person, cost_per_unit_of_effect(per_person, *values), people)


def unit_of(evaluation: Evaluation) -> str:
    return "" if evaluation.outcome_kind == Outcome.YES_NO else evaluation.unit
