"""Who gets in at each address of surveys and independent evaluations (see ``permissions.py``)."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from essaim.evaluations.actions import independents
from tests.evaluations import voice

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
MANAGERS = {"manager", "administrator"}
CARD_TEAM = {"owner", "colleague"}

Arguments = Callable[[SimpleNamespace], list[Any]]


def slug(world: SimpleNamespace) -> list[Any]:
    return [world.published.slug]


def report(world: SimpleNamespace) -> list[Any]:
    return [voice.attached(world.published, by=world.owner, file=voice.pdf()).pk]


def confirmed(world: SimpleNamespace) -> list[Any]:
    found = voice.attached(world.published, by=world.owner, file=voice.pdf())
    return [independents.confirm(found, by=world.manager, level=3, reason="Solide.").pk]


def survey(world: SimpleNamespace) -> list[Any]:
    return [voice.opened(world.published).pk]


def closed(world: SimpleNamespace) -> list[Any]:
    return [voice.closed(world.published).pk]


def concluded(world: SimpleNamespace) -> list[Any]:
    return [voice.concluded(world.published).pk]


def token(world: SimpleNamespace) -> list[Any]:
    return [voice.opened(world.published).token]


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "attach": (CARD_TEAM | MANAGERS, slug),
    "independent": (CARD_TEAM | MANAGERS, report),
    "independent#confirmed": (ALL, confirmed),
    "independent_file": (CARD_TEAM | MANAGERS, report),
    "independent_file#confirmed": (ALL, confirmed),
    "decide": (MANAGERS, report),
    "withdraw_independent": (CARD_TEAM | MANAGERS, report),
    "survey_create": (CARD_TEAM, slug),
    "survey": (CARD_TEAM | MANAGERS, survey),
    "survey#concluded": (ALL, concluded),
    "survey_edit": (CARD_TEAM, survey),
    "survey_questions": (CARD_TEAM, survey),
    "survey_guide": (CARD_TEAM, survey),
    "survey_paper": (CARD_TEAM | MANAGERS, survey),
    "survey_typing": (CARD_TEAM, survey),
    "survey_move": (CARD_TEAM, lambda world: [*survey(world), "lien"]),
    "survey_conclude": (CARD_TEAM, closed),
    "survey_withdraw": (CARD_TEAM | MANAGERS, concluded),
    "answer": (ALL, token),
    "thanks": (ALL, token),
}
