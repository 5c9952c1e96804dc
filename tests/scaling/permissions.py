"""Who gets in at each address of scaling, for the table of ``tests/test_permissions.py``."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.scaling.factories import DiagnosisFactory

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


ROWS: dict[str, tuple[Any, ...]] = {
    "simulator": (ALL,),
    "diagnoses": (ALL, card),
    "start": (TEAM, card),
    "discard": (TEAM, card),
    "conclude": (TEAM, card),
    "question": (TEAM, lambda world: [world.published.slug, "consent"]),
    "diagnosis": (ALL, ready),
    "diagnosis#lacking": (TEAM, lacking),
}
