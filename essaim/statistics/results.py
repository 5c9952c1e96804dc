"""What every analysis gives back: plain numbers, typed, that can be kept as JSON and read again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from essaim.statistics.notices import Notice

Design = Literal[
    "posttest", "prepost_control", "gain", "ancova", "binary", "paired", "did", "stepped"
]
DESIGNS: tuple[Design, ...] = (
    "posttest",
    "prepost_control",
    "gain",
    "ancova",
    "binary",
    "paired",
)
TREATED, CONTROL = "treated", "control"


def finite(value: Any) -> float | None:
    """A float JSON can hold; None where it isn't a number."""
    if value is None:
        return None
    value = float(value)
    return value if math.isfinite(value) else None


@dataclass(frozen=True)
class Effect:
    """An estimate with its standard error and interval.

    ``name`` says which (docs/statistics.md lists them): standardised ones are in standard
    deviations, ``*_difference`` in the units of the measure, risks in proportions (0 to 1).
    For ratios (``risk_ratio``, ``odds_ratio``) ``se`` is on the logarithmic scale.
    ``interval`` is how the bounds were found: ``normal``, ``t`` (with ``df``), ``newcombe``,
    ``wilson``, ``log_normal``. ``level`` is the confidence level.
    """

    name: str
    value: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    interval: str = "normal"
    df: float | None = None
    level: float = 0.95

    @property
    def null(self) -> float:
        """The value that means « no difference »."""
        return 1.0 if self.name.endswith("_ratio") else 0.0

    @property
    def conclusive(self) -> bool:
        """Whether the interval leaves out « no difference »."""
        if self.ci_low is None or self.ci_high is None:
            return False
        return not self.ci_low <= self.null <= self.ci_high

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Effect:
        return cls(**record)


@dataclass(frozen=True)
class Permutation:
    """Two-sided permutation test on the difference of means.

    ``exact``: every possible allocation was counted; else ``draws`` random ones, from ``seed``.
    """

    p_value: float
    exact: bool
    draws: int
    seed: int | None = None


@dataclass(frozen=True)
class Result:
    """One analysis.

    ``n``, ``means``, ``sds`` are by group (``treated``, ``control``; ``paired`` has only
    ``treated``); means and sds hold ``pre``, ``post`` and ``gain`` where the design has them,
    in the units of the measure. ``effect`` is the main estimate, ``difference`` the same in
    the units of the measure, ``also`` other published ways to put it. ``test`` names what
    gave ``p_value`` (two-sided). ``rates`` are each group's proportion (binary only).
    """

    design: str
    n: dict[str, int]
    means: dict[str, dict[str, float | None]]
    sds: dict[str, dict[str, float | None]]
    effect: Effect
    difference: Effect
    p_value: float | None
    test: str
    also: tuple[Effect, ...] = ()
    rates: dict[str, Effect] = field(default_factory=dict)
    clusters: dict[str, int] = field(default_factory=dict)
    correlation: float | None = None
    permutation: Permutation | None = None
    warnings: tuple[Notice, ...] = ()

    @property
    def conclusive(self) -> bool:
        """Only if effect, difference in units and permutation test (where made) all agree."""
        agreed = self.effect.conclusive and self.difference.conclusive
        if self.permutation is not None:
            agreed = agreed and self.permutation.p_value < 0.05
        return agreed and (self.p_value is None or self.p_value < 0.05)

    def to_dict(self) -> dict[str, Any]:
        """Everything, fit for a JSON column; ``from_dict`` reads it back."""
        record = asdict(self)
        record["warnings"] = [notice.to_dict() for notice in self.warnings]
        record["also"] = [asdict(effect) for effect in self.also]
        return record

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Result:
        values = dict(record)
        for name in ("effect", "difference"):
            values[name] = Effect.from_dict(values[name])
        values["also"] = tuple(Effect.from_dict(e) for e in values["also"])
        values["rates"] = {k: Effect.from_dict(e) for k, e in values["rates"].items()}
        if values["permutation"] is not None:
            values["permutation"] = Permutation(**values["permutation"])
        values["warnings"] = tuple(Notice.from_dict(w) for w in values["warnings"])
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """As ``essaim evaluate`` prints it: warnings are sentences of the current language."""
        return {**self.to_dict(), "warnings": [str(notice) for notice in self.warnings]}
