"""Why an answer was proposed: the kept inputs, and the score computed again from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from essaim.matching import reasons, weights
from essaim.matching.models import ShownAnswers
from essaim.matching.scoring import score


@dataclass(frozen=True)
class Line:
    label: str
    scale: str
    said: str
    value: float
    weight: float
    default: float
    points: float  # of 100, before an answer set aside loses its share


@dataclass(frozen=True)
class Explained:
    rank: int
    score: float  # of 100, as it was kept
    again: float  # of 100, computed now from what was kept
    dismissed: bool
    lines: list[Line]
    unasked: list[str]  # features left out, since the need does not allow to ask them

    @property
    def is_same(self) -> bool:
        return abs(self.score - self.again) < 0.005


def explain(row: ShownAnswers, kind: str, object_id: int) -> Explained:
    kept: Any = row.answer(kind, object_id)
    used: dict[str, float] = row.weights[kind]
    table = weights.TABLES[kind]
    values = {name: pair[0] for name, pair in kept["values"].items()}
    asked = sum(used.get(name, 0.0) for name in values)
    lines = [
        Line(
            str(feature.label),
            str(feature.scale),
            reasons.said(name, values[name], kept["values"][name][1]),
            values[name],
            used.get(name, 0.0),
            feature.weight,
            100 * used.get(name, 0.0) * values[name] / asked if asked else 0.0,
        )
        for name, feature in table.items()
        if name in values
    ]
    same_kind = [each for each in row.answers if each["kind"] == kind]
    return Explained(
        same_kind.index(kept) + 1,
        100 * kept["score"],
        100 * score(values, used, dismissed=kept["dismissed"]),
        kept["dismissed"],
        sorted(lines, key=lambda line: -line.points),
        [str(feature.label) for name, feature in table.items() if name not in values],
    )
