"""What a unit of effect costs, from the card's own grid (§ 5 of the domain); said in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from essaim.common.money import euros
from essaim.common.templatetags.essaim import amount
from essaim.initiatives.derived import first_year_cost
from essaim.initiatives.models import EconomicLine
from essaim.statistics.avoided_costs import CostPerEffect, Range, cost_per_unit_of_effect
from essaim.statistics.results import Result

from .models import Design, Evaluation, Outcome


@dataclass(frozen=True)
class CostOfEffect:
    """Euros: set-up and first year for one person helped, and for one unit of effect (None
    without a comparison: a change is no effect)."""

    per_person: Range
    per_unit: CostPerEffect | None
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
    compared = evaluation.design != Design.BEFORE_AFTER
    per_unit = cost_per_unit_of_effect(per_person, *values) if compared else None
    return CostOfEffect(per_person, per_unit, people)


def said(evaluation: Evaluation, cost: CostOfEffect) -> str:
    """For the page and the report alike."""
    text = _(
        "D’après la grille économique de la fiche (installation et première année, pour %(people)s"
        " personnes) : environ %(central)s par personne, de %(low)s à %(high)s."
    ) % {"people": amount(cost.beneficiaries), **_amounts(cost.per_person)}
    return f"{text} {_per_unit(evaluation, cost.per_unit)}"


def _per_unit(evaluation: Evaluation, cost: CostPerEffect | None) -> str:
    if cost is None:
        return _(
            "Sans groupe de comparaison, on ne sait pas quelle part du changement vient de l’action :"
            " un coût par unité d’effet n’aurait pas de sens."
        )
    if cost.central is None:
        return _("L’effet n’étant pas favorable, il n’a pas de coût par unité.")
    text = _("Soit environ %(central)s pour %(what)s, %(low)s au mieux") % {
        "what": _unit_of_effect(evaluation), **_amounts(cost),
    }  # fmt: skip
    if cost.high is None:
        return text + _(", sans limite connue au pire : l’effet pourrait être nul.")
    return text + _(", %(high)s au pire.") % _amounts(cost)


def _unit_of_effect(evaluation: Evaluation) -> str:
    if evaluation.outcome_kind == Outcome.YES_NO:
        return _("un oui de plus") if evaluation.higher_is_better else _("un oui de moins")
    if evaluation.unit:
        return _("une unité d’effet par personne (mesuré en %(unit)s)") % {"unit": evaluation.unit}
    return _("une unité d’effet par personne")


def _amounts(found: Range | CostPerEffect) -> dict[str, str]:
    return {name: euros(getattr(found, name)) for name in ("low", "central", "high")}
