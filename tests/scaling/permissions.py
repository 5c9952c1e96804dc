"""Who gets in at each address of scaling, for the table of ``tests/test_permissions.py``."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from essaim.scaling.actions.strategies import (
    Content,
    choose_strategy,
    load_matrix,
    write_strategy,
)
from essaim.scaling.actions.used import say_scheme_used
from tests.scaling.factories import DiagnosisFactory
from tests.schemes.factories import SchemeFactory

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
TEAM = {"owner", "colleague", "manager", "administrator"}


def card(world: SimpleNamespace) -> list[Any]:
    return [world.published.slug]


def ready(world: SimpleNamespace) -> list[Any]:
    made = DiagnosisFactory(initiative=world.published, ready=True)
    return [made.initiative.slug, made.pk]


def lacking(world: SimpleNamespace) -> list[Any]:
    made = DiagnosisFactory(initiative=world.published, ready=False)
    return [made.initiative.slug, made.pk]


def strategy(world: SimpleNamespace, *, chosen: bool = False) -> list[Any]:
    content = Content(["territories"], "up", 4, 4, "franchise", "Une qualité régulière.")
    made = write_strategy(world.published, content, by=world.owner)
    if chosen:
        choose_strategy(made, by=world.owner)
    return [world.published.slug, made.pk]


def cell(world: SimpleNamespace) -> list[Any]:
    load_matrix()
    return ["territories", "up"]


def helped(world: SimpleNamespace) -> list[Any]:
    made = say_scheme_used(world.published, SchemeFactory(), by=world.owner)
    return [world.published.slug, made.pk]


ROWS: dict[str, tuple[Any, ...]] = {
    "simulator": (ALL,),
    "diagnoses": (ALL, card),
    "start": (TEAM, card),
    "discard": (TEAM, card),
    "conclude": (TEAM, card),
    "question": (TEAM, lambda world: [world.published.slug, "consent"]),
    "diagnosis": (ALL, ready),
    "diagnosis#lacking": (TEAM, lacking),
    # Who has not answered is sent to the questions, which is getting in.
    "profile": (ALL - {"visitor"}, card),
    "answer_profile": (ALL - {"visitor"}, card),
    "strategies": (ALL, card),
    # Without objectives one is sent back to choose some.
    "new_strategy": (TEAM, card),
    "strategy": (ALL, lambda world: strategy(world, chosen=True)),
    "strategy#written": (TEAM, strategy),
    "edit_strategy": (TEAM, strategy),
    "choose_strategy": (TEAM, strategy),
    "withdraw_strategy": (TEAM, strategy),
    "schemes_used": (TEAM, card),
    "forget_scheme": (TEAM, helped),
    "models": (ALL,),
    "model": (ALL, lambda world: ["across"]),
    "cell": ({"manager", "administrator"}, cell),
}
