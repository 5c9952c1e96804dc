"""Fourth step: one number from features and weights; no database, the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Value:
    """What one feature says of one candidate; ``facts`` are what it was read from, for the
    reasons (public codes and figures only)."""

    value: float
    facts: dict[str, Any] = field(default_factory=dict)


def score(
    values: Mapping[str, float], weights: Mapping[str, float], *, dismissed: bool = False
) -> float:
    """The weighted mean of the features that were asked, from 0 to 1, to four digits."""
    asked = sum(weights.get(name, 0.0) for name in values)
    if asked <= 0:
        return 0.0
    mean = sum(weights.get(name, 0.0) * value for name, value in values.items()) / asked
    return round(mean * (settings.MATCHING["dismissed"] if dismissed else 1.0), 4)


def meaning(cosine: float | None) -> float:
    """From a cosine: 0.15 is what texts without any relation have, 0.55 the same said otherwise."""
    return min(1.0, max(0.0, ((cosine or 0.0) - 0.15) / 0.40))
