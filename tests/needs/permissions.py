"""Who gets in where needs are answered and go together (``tests/test_permissions.py``).

Owner: wrote the need that was asked; colleague: wrote the one that asks.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.needs.factories import JoiningFactory, NeedFactory

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}


def asked(world: SimpleNamespace) -> list[Any]:
    return [JoiningFactory(need__author=world.colleague, other__author=world.owner).pk]


def shared(world: SimpleNamespace) -> list[Any]:
    return [NeedFactory(organisation=world.organisation).pk]


ROWS: dict[str, tuple[set[str], Any]] = {
    "similar": (ALL, lambda world: []),
    "export": (ALL, lambda world: []),
    # The owner and the colleague are of the organisation in whose name it is stated.
    "answer": ({"owner", "colleague"}, lambda world: [world.need.pk]),
    # Written by somebody else of the organisation; erasing it, its representatives (the owner).
    "edit#organisation": ({"owner", "colleague"}, shared),
    "answer#organisation": ({"owner", "colleague"}, shared),
    "withdraw#organisation": ({"owner", "manager", "administrator"}, shared),
    "reopen": ({"owner"}, lambda world: [NeedFactory(author=world.owner, answered=True).pk]),
    "join": (ALL - {"visitor", "owner", "colleague"}, lambda world: [world.need.pk]),
    "leave_group": ({"owner", "colleague"}, lambda world: [world.need.pk]),
    "leave_group#organisation": ({"owner", "colleague"}, shared),
    "joining": ({"owner"}, asked),
    "decline": ({"owner"}, asked),
    "take_back": ({"colleague"}, asked),
}
