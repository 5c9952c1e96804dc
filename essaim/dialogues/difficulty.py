"""Which territories are in difficulty on an indicator: pure computing, no database.

Nothing is imputed: a territory without a value is said to have none, takes no place in a rank,
and a single value has no trend.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Decimal figures carry no meaning beyond this: 0.3 - 0.2 is at least 0.1.
EPSILON = 1e-9


@dataclass(frozen=True)
class Rule:
    kind: str  # threshold, rank, trend
    high_is_worse: bool
    limit: float | None = None
    count: int | None = None


@dataclass(frozen=True)
class Read:
    status: str  # difficulty, fine, missing, single
    value: float | None = None
    year: int | None = None
    place: int | None = None  # of a rank: 1 is the worst, equals share theirs
    known: int | None = None
    earlier: float | None = None
    earlier_year: int | None = None


def read(rule: Rule, series: Mapping[int, Mapping[int, float]]) -> dict[int, Read]:
    """For each territory (key → {year: value}), what the rule says of its latest value."""
    latest = {key: (max(values), values[max(values)]) for key, values in series.items() if values}
    found = {key: Read("missing") for key in series}
    sign = 1 if rule.high_is_worse else -1
    if rule.kind == "threshold":
        for key, (year, value) in latest.items():
            bad = sign * (value - (rule.limit or 0.0)) >= 0
            found[key] = Read("difficulty" if bad else "fine", value, year)
    elif rule.kind == "rank":
        ordered = sorted((sign * value for _year, value in latest.values()), reverse=True)
        for key, (year, value) in latest.items():
            place = ordered.index(sign * value) + 1
            # Alone or all equal: a rank tells nothing.
            telling = ordered[0] != ordered[-1]
            status = "difficulty" if telling and place <= (rule.count or 0) else "fine"
            found[key] = Read(status, value, year, place=place, known=len(ordered))
    else:
        for key, (year, value) in latest.items():
            span = rule.count or 1
            before = [each for each in series[key] if year - span <= each < year]
            if not before:
                found[key] = Read("single", value, year)
                continue
            first = min(before)
            change = sign * (value - series[key][first])
            bad = change >= (rule.limit or 0.0) - EPSILON * max(1.0, abs(value))
            found[key] = Read(
                "difficulty" if bad else "fine", value, year,
                earlier=series[key][first], earlier_year=first,
            )  # fmt: skip
    return found
