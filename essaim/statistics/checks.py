"""Before reading an effect: who was lost on the way, and were the groups alike at the start?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from essaim.statistics.effects.core import moments, pooled_sd
from essaim.statistics.notices import Notice
from essaim.statistics.results import CONTROL, TREATED, Result
from essaim.statistics.tables import Table, needed

# What Works Clearinghouse, Standards Handbook 5.0: cautious boundary, overall × differential.
HIGH_OVERALL, HIGH_DIFFERENTIAL = 0.3, 0.05
BALANCED, ADJUSTABLE = 0.05, 0.25  # standard deviations, same source


@dataclass(frozen=True)
class AttritionRow:
    """Units of a group: in the file, measured after, lost (``rate``: 0 to 1)."""

    group: str
    units: int
    measured: int
    lost: int
    rate: float


@dataclass(frozen=True)
class Attrition:
    """``differential``: gap between the groups' rates; both 0 to 1."""

    rows: tuple[AttritionRow, ...]
    overall: float
    differential: float | None
    warnings: tuple[Notice, ...]


def attrition(table: Table, *, roles: tuple[str, ...] = ("post",)) -> Attrition:
    """Units whose measures ``roles`` lack a value, by group."""
    import numpy as np

    kept = np.ones(len(table), dtype=bool)
    for role in roles:
        kept &= ~np.isnan(np.array(getattr(table, role)))
    group = np.array(table.group) if table.group else np.ones(len(table))
    rows = []
    for name, code in ((TREATED, 1), (CONTROL, 0)):
        units = int((group == code).sum())
        if units:
            measured = int((kept & (group == code)).sum())
            lost = units - measured
            rows.append(AttritionRow(name, units, measured, lost, lost / units))
    overall = float(1 - kept.mean())
    gap = abs(rows[0].rate - rows[1].rate) if len(rows) == 2 else None
    notices = []
    if overall > HIGH_OVERALL:
        notices.append(Notice("attrition", {"value": round(100 * overall)}))
    if gap is not None and gap > HIGH_DIFFERENTIAL:
        notices.append(Notice("differential_attrition", {"value": round(100 * gap)}))
    return Attrition(tuple(rows), overall, gap, tuple(notices))


@dataclass(frozen=True)
class Reviewed:
    """An analysis with what its file says of it; ``balance`` is None without a measure before."""

    result: Result
    attrition: Attrition
    balance: BalanceRow | None


def reviewed(result: Result, table: Table) -> Reviewed:
    """Add to the result the warnings on losses and on gaps before the action."""
    roles = tuple(role for role in ("pre", "post") if role in needed(result.design))
    lost = attrition(table, roles=roles)
    row = None
    notices = list(lost.warnings)
    if "pre" in table.columns and "group" in table.columns and result.design != "paired":
        known = _array(table.group) >= 0
        rows = balance(
            {table.columns["pre"]: _array(table.pre)[known]}, _array(table.group)[known] == 1
        )
        row = rows[0] if rows else None
        if row is not None and row.gap is not None and row.verdict == "unbalanced":
            notices.append(Notice("baseline_differs", {"value": abs(row.gap)}))
    told = {notice.code for notice in result.warnings}
    added = tuple(notice for notice in notices if notice.code not in told)
    return Reviewed(replace(result, warnings=(*result.warnings, *added)), lost, row)


@dataclass(frozen=True)
class BalanceRow:
    """One characteristic known before: means, SDs, and their gap in pooled SDs.

    ``verdict``: ``balanced`` (≤ 0.05), ``adjust`` (≤ 0.25: use ANCOVA), ``unbalanced``; None
    where nothing varies.
    """

    name: str
    n: dict[str, int]
    means: dict[str, float]
    sds: dict[str, float]
    gap: float | None
    verdict: str | None


def balance(measures: Mapping[str, Any], treated: Any) -> tuple[BalanceRow, ...]:
    """Standardised gaps of each measure (name → numbers, NaN where missing) between groups."""
    import numpy as np

    mask = np.asarray(treated, dtype=bool)
    rows = []
    for name, values in measures.items():
        array = np.asarray(values, dtype=float)
        held = ~np.isnan(array)
        one, other = array[mask & held], array[~mask & held]
        if len(one) < 2 or len(other) < 2:
            continue
        a, b = moments(one), moments(other)
        sd = pooled_sd(a, b)
        gap = (a.mean - b.mean) / sd if sd else None
        verdict = None
        if gap is not None:
            verdict = (
                "balanced" if abs(gap) <= BALANCED
                else "adjust" if abs(gap) <= ADJUSTABLE else "unbalanced"
            )  # fmt: skip
        rows.append(
            BalanceRow(
                name,
                {TREATED: a.n, CONTROL: b.n},
                {TREATED: a.mean, CONTROL: b.mean},
                {TREATED: a.sd, CONTROL: b.sd},
                gap,
                verdict,
            )
        )
    return tuple(rows)


def _array(values: Any) -> Any:
    import numpy as np

    return np.array(values)
