"""The guide is for all: rows of ``tests/test_permissions.py``."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
ROWS: dict[str, tuple[set[str], Callable[[SimpleNamespace], list[Any]]]] = {
    "index": (ALL, lambda world: []),
    "page": (ALL, lambda world: ["six-questions"]),
}
