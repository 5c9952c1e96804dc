"""Parts of ``essaim bench`` that apps bring: registered at start-up, measured on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Say = Callable[[str], None]
Result = dict[str, Any]
Row = tuple[str, str, str, str]  # what, measured, target, whether it is met


@dataclass(frozen=True)
class BenchPart:
    name: str
    heading: str  # of its section in docs/performance.md
    measure: Callable[[Say], Result]
    rows: Callable[[Result], Iterator[Row]]
    notes: str = ""


_parts: dict[str, BenchPart] = {}


def register(part: BenchPart) -> None:
    _parts[part.name] = part


def parts() -> dict[str, BenchPart]:
    return dict(_parts)


def row(what: str, value: float, target: float | None, unit: str = "ms") -> Row:
    asked = f"≤ {target:g} {unit}".strip() if target is not None else ""
    met = "" if target is None else "yes" if value <= target else "no"
    return what, f"{value:g} {unit}".strip(), asked, met
