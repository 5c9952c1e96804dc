"""Who gets in at each address of an evaluation, for the one table of ``tests/test_permissions.py``.

Owner: a member of the evaluation's team, of the card's too; colleague: of the organisation that
carries the card, and not of the evaluation's team; the others are neither.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from essaim.evaluations.actions import allocations, data
from tests.evaluations.factories import (
    CSV,
    EvaluationFactory,
    MemberFactory,
    StatementFactory,
    analysed,
    concluded,
    with_data,
)

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
MANAGERS = {"manager", "administrator"}
CARD_TEAM = {"owner", "colleague"}
TEAM = {"owner"}

Arguments = Callable[[SimpleNamespace], list[Any]]


def of(world: SimpleNamespace, **fields: Any) -> Any:
    evaluation = EvaluationFactory(initiative=world.published, **fields)
    MemberFactory(evaluation=evaluation, user=world.owner)
    return evaluation


def pk(**fields: Any) -> Arguments:
    return lambda world: [of(world, **fields).pk]


def section(world: SimpleNamespace) -> list[Any]:
    return [of(world).pk, "question"]


def dataset(world: SimpleNamespace) -> list[Any]:
    evaluation = of(world, collecting=True)
    row = data.deposit(evaluation, by=world.owner, origin="paste", text=CSV)
    return [evaluation.pk, row.pk]


def drawn(world: SimpleNamespace) -> list[Any]:
    evaluation = of(world)
    allocations.draw(evaluation, by=world.owner, method="simple", units="A\nB\nC\nD", seed="1")
    return [evaluation.pk]


def done(world: SimpleNamespace) -> list[Any]:
    return [concluded(of(world, collecting=True)).pk]


def found(world: SimpleNamespace) -> list[Any]:
    return [analysed(of(world, collecting=True)).pk]


def asked(world: SimpleNamespace) -> list[Any]:
    from essaim.evaluations.actions import analyses

    evaluation = with_data(of(world, collecting=True))
    analyses.ask(evaluation, by=world.owner)
    return [evaluation.pk]


def other_member(world: SimpleNamespace) -> list[Any]:
    evaluation = of(world)
    return [evaluation.pk, MemberFactory(evaluation=evaluation).pk]


def planned(world: SimpleNamespace) -> list[Any]:
    evaluation = of(world, frozen=True)
    StatementFactory(evaluation=evaluation, notice_on=timezone.localdate())
    return [evaluation.pk]


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "proof": (ALL, lambda world: [world.published.slug]),
    "proof#draft": (CARD_TEAM | MANAGERS, lambda world: [world.draft.slug]),
    "create": (CARD_TEAM, lambda world: [world.published.slug]),
    "mine": (SIGNED_IN, lambda world: []),
    "evaluation": (CARD_TEAM | MANAGERS, pk()),
    "evaluation#collecting": (CARD_TEAM | MANAGERS, pk(collecting=True)),
    "evaluation#concluded": (ALL, done),
    "section": (CARD_TEAM, section),
    "draw": (TEAM, pk()),
    "draw_file": (TEAM, drawn),
    "freeze": (CARD_TEAM, pk(complete=True)),
    "abandon": (CARD_TEAM, pk()),
    "team": (CARD_TEAM, pk()),
    "leave_team": (CARD_TEAM, other_member),
    "statement": (TEAM, planned),
    "data": (TEAM, pk(collecting=True)),
    "typing": (TEAM, pk(collecting=True)),
    "columns": (TEAM, dataset),
    "discard": (TEAM, dataset),
    "analysis": (TEAM, found),
    "progress": (TEAM, asked),
    "report": (CARD_TEAM | MANAGERS, found),
    "report#concluded": (ALL, done),
    "archive": (TEAM, done),
    "costs": (CARD_TEAM, pk(collecting=True)),
    "conclude": (TEAM, found),
    "reopen": (TEAM, done),
    "withdraw": (CARD_TEAM | MANAGERS, done),
}
