"""The tornado as a drawing: where each bar begins and ends, in the units of the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from essaim.modelling.economics import Bar, Tornado

WIDTH, LEFT, BAR, GAP, TOP = 760, 290, 22, 12, 30
SHOWN = 10


@dataclass(frozen=True)
class Drawn:
    label: str
    x: str
    y: int
    width: str
    text_y: int
    lowers: bool  # whether the line's high value lowers the net cost (an avoided cost)


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    axis: str
    label_x: int
    bar: int
    bars: list[Drawn]
    low: Decimal
    high: Decimal


def draw(tornado: Tornado) -> Picture | None:
    """None where no line has a range: there is nothing to see."""
    bars = [bar for bar in tornado.bars if bar.swing][:SHOWN]
    if not bars:
        return None
    ends = [end for bar in bars for end in (bar.at_low, bar.at_high)]
    low, high = min([*ends, tornado.central]), max([*ends, tornado.central])
    scale = Decimal(WIDTH - LEFT - 20) / (high - low)

    def place(value: Decimal) -> Decimal:
        return LEFT + (value - low) * scale

    drawn = [_drawn(bar, number, place) for number, bar in enumerate(bars)]
    return Picture(
        WIDTH, TOP + len(bars) * (BAR + GAP), f"{place(tornado.central):.1f}", LEFT - 10, BAR,
        drawn, low, high,
    )  # fmt: skip


def _drawn(bar: Bar, number: int, place: Callable[[Decimal], Decimal]) -> Drawn:
    left, right = sorted([place(bar.at_low), place(bar.at_high)])
    y = TOP + number * (BAR + GAP)
    label = bar.label if len(bar.label) <= 34 else f"{bar.label[:33]}…"
    return Drawn(label, f"{left:.1f}", y, f"{right - left:.1f}", y + 16, bar.at_high < bar.at_low)
