"""Who gets in at each address of a model, for the one table of ``tests/test_permissions.py``."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from tests.modelling.factories import workshop_on

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
TEAM = ALL - {"visitor", "member"}
Arguments = Callable[[SimpleNamespace], list[Any]]


def card(name: str = "published") -> Arguments:
    return lambda world: [getattr(world, name).slug]


def workshop(world: SimpleNamespace) -> list[Any]:
    workshop_on(world.published, facilitator=world.colleague)
    return [world.published.slug]


def component(world: SimpleNamespace) -> list[Any]:
    return [*workshop(world), world.published.components.first().pk]


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "model": (ALL, card()),
    "model#draft": (TEAM, card("draft")),
    "sheet": (TEAM, card()),
    "economics": (ALL, card()),
    "economics#draft": (TEAM, card("draft")),
    "assumptions": (TEAM, card()),
    "workshop": (TEAM, workshop),
    "start": (TEAM, card()),
    "sort": (TEAM, component),
    "interview": (TEAM, component),
    "compare": (TEAM, workshop),
    "adopt": (TEAM, workshop),
    "close": (TEAM, workshop),
}
