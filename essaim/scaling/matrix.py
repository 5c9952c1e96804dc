"""The matrix as pages show it, and the order in which it puts models for some objectives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.text import capfirst

from essaim.scaling.model_sheets import AIMS, EXAMPLES
from essaim.scaling.models import MatrixCell, Model, Objective

Row = tuple[str, Any, list[MatrixCell | None]]


def rows() -> list[tuple[Any, list[Row]]]:
    """By aim, each objective with its example and its six cells. One query."""
    cells = {(cell.objective, cell.model): cell for cell in MatrixCell.objects.all()}
    return [
        (
            aim,
            [
                (
                    capfirst(str(objective.label)),
                    EXAMPLES[objective],
                    [cells.get((objective.value, model.value)) for model in Model],
                )
                for objective in objectives
            ],
        )
        for aim, objectives in AIMS
    ]


def serving(objectives: Sequence[str]) -> list[tuple[Model, int]]:
    """Each model with how many of these objectives it serves, those that serve most first."""
    cells = MatrixCell.objects.filter(objective__in=objectives, serves=True)
    counts = dict.fromkeys(Model, 0)
    for model in cells.values_list("model", flat=True):
        counts[Model(model)] += 1
    order = list(Model)
    return sorted(counts.items(), key=lambda pair: (-pair[1], order.index(pair[0])))


def known(objectives: Sequence[str]) -> list[str]:
    """Those that exist, in their order."""
    return [value for value in Objective.values if value in objectives]
