"""The catalogue is for all: rows of ``tests/test_permissions.py``."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from essaim.catalogue.models import Edition

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
Arguments = Callable[[SimpleNamespace], list[Any]]


def edition(world: SimpleNamespace) -> list[Any]:
    return [Edition.objects.create(language="fr").key]


def nothing(world: SimpleNamespace) -> list[Any]:
    return []


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "catalogue": (ALL, nothing),
    "export": (ALL, nothing),
    "document": (ALL, nothing),
    "ask": (ALL, nothing),
    "edition": (ALL, edition),
    "progress": (ALL, edition),
}
