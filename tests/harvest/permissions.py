"""Who gets in at each address of the harvest, for the one table of ``tests/test_permissions.py``."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from tests.harvest.factories import DuplicateFactory, ItemFactory, RunFactory, SourceFactory

MANAGERS = {"manager", "administrator"}

Arguments = Callable[[SimpleNamespace], list[Any]]


def nothing(world: SimpleNamespace) -> list[Any]:
    return []


def source(world: SimpleNamespace) -> list[Any]:
    return [SourceFactory(manager=world.manager).pk]


def items(world: SimpleNamespace) -> list[Any]:
    return [ItemFactory(source__manager=world.manager, card__published=False).source_id]


def run(world: SimpleNamespace) -> list[Any]:
    return [RunFactory(source__manager=world.manager, done=True).pk]


def pair(world: SimpleNamespace) -> list[Any]:
    return [DuplicateFactory().pk]


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "sources": (MANAGERS, nothing),
    "new": (MANAGERS, nothing),
    "source": (MANAGERS, source),
    "edit": (MANAGERS, source),
    "try": (MANAGERS, source),
    "launch": (MANAGERS, source),
    "schedule": (MANAGERS, source),
    "pause": (MANAGERS, source),
    "remove": (MANAGERS, source),
    "items": (MANAGERS, items),
    "publish_items": (MANAGERS, source),
    "run": (MANAGERS, run),
    "progress": (MANAGERS, run),
    "issues": (MANAGERS, run),
    "duplicates": (MANAGERS, nothing),
    "duplicate": (MANAGERS, pair),
}
