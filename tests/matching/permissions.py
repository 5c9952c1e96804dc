"""Who gets in at each address of answers, for the one table of ``tests/test_permissions.py``.

Owner: who stated the need; colleague: of the organisation in whose name it is stated.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from essaim.matching import pipeline
from essaim.matching.actions.shown import keep_shown
from essaim.matching.question import read
from tests.needs.factories import NeedFactory
from tests.search.helpers import card

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
MANAGERS = {"manager", "administrator"}
SPEAKERS = {"owner", "colleague"}

Arguments = Callable[[SimpleNamespace], list[Any]]


def need(**fields: Any) -> Arguments:
    return lambda world: [made(world, **fields).pk]


def made(world: SimpleNamespace, **fields: Any) -> Any:
    return NeedFactory(
        **{"author": world.owner, "organisation": world.organisation, "public": True} | fields
    )


def answer(**fields: Any) -> Arguments:
    return lambda world: [made(world, **fields).pk, "initiative", card("Chauffer les logements").pk]


def shown(**fields: Any) -> Arguments:
    def arguments(world: SimpleNamespace) -> list[Any]:
        found = card("Chauffer les logements")
        stated = made(world, text="Des logements à chauffer", **fields)
        answers = pipeline.answer(read(stated))
        keep_shown(answers, answers.initiatives)
        return [stated.pk, "initiative", found.pk]

    return arguments


PRIVATE: dict[str, Any] = {"public": False, "visibility": "private"}
ORGANISATION: dict[str, Any] = {"public": False, "visibility": "organisation"}

ROWS: dict[str, tuple[set[str], Arguments]] = {
    "answers": (ALL, need()),
    "answers#members": (SIGNED_IN, need(public=False)),
    "answers#organisation": (SPEAKERS, need(**ORGANISATION)),
    "answers#private": ({"owner"}, need(**PRIVATE)),
    "why": (ALL, shown()),
    "why#private": ({"owner"}, shown(**PRIVATE)),
    "dismiss": (SPEAKERS, answer()),
    "dismiss#private": ({"owner"}, answer(**PRIVATE)),
    "take_back": (SPEAKERS, answer()),
    "board": (MANAGERS, lambda world: []),
    "group": (MANAGERS, lambda world: []),
    "export": (MANAGERS, lambda world: []),
    "knowledge": (MANAGERS, lambda world: []),
}
