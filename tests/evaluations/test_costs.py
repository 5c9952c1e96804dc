"""What an effect costs and what it avoids, by payer."""

from __future__ import annotations

from typing import Any

import pytest

from essaim.common.errors import DomainError
from essaim.evaluations import economics
from essaim.evaluations.actions import costs
from essaim.evaluations.models import AvoidedCosts
from essaim.evaluations.presentation import costs_of, results_of
from essaim.evaluations.report import report_data
from essaim.initiatives.models import EconomicLine
from tests.evaluations.factories import (
    CSV,
    EvaluationFactory,
    analysed,
)

pytestmark = pytest.mark.django_db
HEADINGS, *LINES = CSV.splitlines()


def line(**fields: Any) -> dict[str, Any]:
    from decimal import Decimal

    values: dict[str, Any] = {"label": "Nuits d’hôtel", "payer": "État", "source": "x", "year": 0}
    ranges = {
        "units": (10, 10, 10), "unit_cost": (50, 60, 70), "deadweight": (0, 0, 0),
        "attribution": (100, 100, 100), "cashable": (50, 50, 50),
    } | fields  # fmt: skip
    for name, bounds in ranges.items():
        for end, bound in zip(("low", "central", "high"), bounds, strict=True):
            values[f"{name}_{end}"] = Decimal(bound)
    return values


def test_avoided_costs_are_counted_by_payer() -> None:
    from decimal import Decimal

    evaluation = EvaluationFactory()
    saved = costs.save(
        evaluation, discount_rate=Decimal("3.2"), rate_source="Rapport 2021",
        lines=[line(), line() | {"payer": "Département"}],
    )  # fmt: skip
    found = costs_of(saved)
    assert found is not None
    assert found.by_payer[0] == ("Département", [Decimal(250), Decimal(300), Decimal(350)])
    assert found.total == [Decimal(500), Decimal(600), Decimal(700)]
    costs.remove(evaluation)
    assert not AvoidedCosts.objects.exists()


def test_a_rate_without_source_is_refused() -> None:
    from decimal import Decimal

    with pytest.raises(DomainError):
        costs.save(EvaluationFactory(), discount_rate=Decimal(3), rate_source=" ", lines=[line()])


def test_a_unit_of_effect_has_a_cost_from_the_cards_grid() -> None:
    evaluation = analysed()
    card = evaluation.initiative
    card.economics.all().delete()
    EconomicLine.objects.create(
        initiative=card, line="investment", low=1000, central=1200, high=1500, unit="€"
    )
    evaluation.beneficiaries = 12
    shown = results_of(evaluation, whole=True)
    assert shown is not None
    cost = economics.cost_of_effect(evaluation, shown.result)
    assert cost is not None and cost.per_unit is not None
    assert cost.per_person.central == 100
    # 3.00 points for 100 € each.
    assert round(float(cost.per_unit.central or 0), 2) == 33.33
    assert "33,33\xa0€ pour une unité d’effet par personne" in shown.cost
    # The report that is taken away says it too.
    told = str(report_data(evaluation, whole=True)).replace("\\xa0", "\xa0")
    assert shown.cost in told
    evaluation.higher_is_better = False
    other = economics.cost_of_effect(evaluation, shown.result)
    assert other is not None and other.per_unit is not None and other.per_unit.central is None


def test_a_change_without_comparison_has_a_cost_for_each_person_and_none_for_its_effect() -> None:
    evaluation = analysed()
    card = evaluation.initiative
    card.economics.all().delete()
    EconomicLine.objects.create(initiative=card, line="investment", central=1200, unit="€")
    evaluation.beneficiaries, evaluation.design = 12, "before_after"
    shown = results_of(evaluation, whole=True)
    assert shown is not None and "environ 100\xa0€ par personne" in shown.cost
    assert "n’aurait pas de sens" in shown.cost and "unité d’effet par personne" not in shown.cost
