"""Columns of the apps above that name a card, and follow it when it is made one with another: each
app registers its own at start-up. What needs more than that listens to ``cards_merged``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model


@dataclass(frozen=True)
class Column:
    """``once``: another column, with which a card is named once; ``where``: of which rows."""

    model: type[Model]
    name: str
    once: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)


_columns: dict[tuple[type[Model], str], Column] = {}


def register(column: Column) -> None:
    _columns[column.model, column.name] = column


def columns() -> Iterable[Column]:
    return list(_columns.values())
