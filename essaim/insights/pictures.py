"""The curve of uptake and its forecast: SVG without styles, with the same numbers as rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from essaim.insights.uptake import Uptake, label, to_commit

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 280, 48, 12, 16, 34


@dataclass(frozen=True)
class Row:
    label: str
    observed: int | None  # in the period
    total: int | None  # since the beginning
    forecast: float | None
    low: float | None
    high: float | None
    what_if: float | None


@dataclass(frozen=True)
class Tick:
    at: str
    label: str


@dataclass(frozen=True)
class Curve:
    rows: list[Row]
    observed: str
    forecast: str
    band: str
    what_if: str
    need: str  # height of the line of the need, "" where unknown or above the picture
    need_above: bool  # known, and above the picture
    across: list[Tick]
    up: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    base: int = HEIGHT - BOTTOM


def more_effort(
    p: float,
    q: float,
    m: float,
    *,
    total: float,
    extra: float,
    periods: int,
    need: float | None = None,
) -> list[float]:
    """Cumulative sites if ``extra`` more began in each coming period: each draws others along, as
    the fitted q says. Stops at the need (in sites) where it is known, else at m: what helps goes
    on where the curve of the data alone ends. An hypothesis, not a datum."""
    found = []
    end = m if need is None else max(need, total)
    for _period in range(periods):
        drawn = (p + q * min(1.0, total / m)) * max(0.0, m - total)
        total = min(end, total + drawn + extra)
        found.append(total)
    return found


def met_with_more(
    uptake: Uptake, result: dict[str, Any], need: float, extra: float, *, years: int
) -> float | None:
    """The period at whose end the need is met under that hypothesis; None if not within ``years``."""
    periods = round(years / uptake.step)
    steps = more_effort(
        result["p"], result["q"], result["m"], total=sum(uptake.committed), extra=extra,
        periods=periods, need=need,
    )  # fmt: skip
    for number, total in enumerate(steps, start=1):
        if total >= need - 1e-9:
            return float(result["last"]) + number * uptake.step
    return None


def curve(
    uptake: Uptake, result: dict[str, Any] | None, market: dict[str, Any] | None, extra: float = 0
) -> Curve:
    """``extra``: sites more in each period, of the hypothesis."""
    need = to_commit(market) if market else None
    totals, sums = [], 0
    for number in uptake.committed:
        sums += number
        totals.append(sums)
    points = result["points"] if result else []
    seen = dict(zip(uptake.t, zip(uptake.committed, totals, strict=True), strict=True))
    times = [point["t"] for point in points] or uptake.t
    last = uptake.t[-1] if uptake.t else 0.0
    later = [t for t in times if t > last + 1e-6]
    if_more: dict[float, float] = {}
    if result and extra > 0:
        steps = more_effort(
            result["p"], result["q"], result["m"], total=sums, extra=extra, periods=len(later),
            need=need,
        )  # fmt: skip
        if_more = dict(zip(later, steps, strict=True))
    by_time = {point["t"]: point for point in points}
    rows = []
    for t in times:
        point = by_time.get(t, {})
        observed, total = seen.get(t, (None, None))
        rows.append(
            Row(
                label(t, uptake.step), observed, total, point.get("cumulative"),
                point.get("cumulative_low"), point.get("cumulative_high"), if_more.get(t),
            )
        )  # fmt: skip
    return _drawn(rows, need)


def _drawn(rows: Sequence[Row], need: float | None) -> Curve:
    values = [v for r in rows for v in (r.total, r.forecast, r.high, r.what_if) if v is not None]
    most = _round_up(max(values, default=1) or 1)
    base, right = HEIGHT - BOTTOM, WIDTH - RIGHT

    def x(place: int) -> float:
        return LEFT + (right - LEFT) * place / max(1, len(rows) - 1)

    def y(value: float) -> float:
        return base - (base - TOP) * min(value, most) / most

    def line(name: str) -> str:
        known = [(n, getattr(r, name)) for n, r in enumerate(rows) if getattr(r, name) is not None]
        return " ".join(f"{x(n):.1f},{y(v):.1f}" for n, v in known)

    band = ""
    held = [(n, r) for n, r in enumerate(rows) if r.low is not None and r.high is not None]
    if held:
        upper = [f"{x(n):.1f},{y(r.high or 0):.1f}" for n, r in held]
        lower = [f"{x(n):.1f},{y(r.low or 0):.1f}" for n, r in reversed(held)]
        band = " ".join(upper + lower)
    every = max(1, math.ceil(len(rows) / 6))
    return Curve(
        list(rows), line("total"), line("forecast"), band, line("what_if"),
        f"{y(need):.1f}" if need is not None and need <= most else "",
        need is not None and need > most,
        [Tick(f"{x(n):.1f}", r.label) for n, r in enumerate(rows) if n % every == 0],
        [Tick(f"{y(most * part / 4):.1f}", f"{most * part / 4:g}") for part in range(5)],
    )  # fmt: skip


def _round_up(value: float) -> float:
    """So that four graduations are whole, or halves of a few."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * m for m in (1, 2, 4, 6, 8, 10) if power * m >= value - 1e-9)
