"""Who gets in at each address of contributions, for the table of ``tests/test_permissions.py``.

Owner: wrote the card and represents its holder; colleague: a member of the holder; the member
brought what is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from tests.contributions.factories import (
    AnswerFactory,
    CaseFactory,
    InterestFactory,
    ProposalFactory,
    QuestionFactory,
)
from tests.people.factories import UserFactory

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
MANAGERS = {"manager", "administrator"}
TEAM = {"colleague", "owner"}

Arguments = Callable[[SimpleNamespace], list[Any]]


def card(world: SimpleNamespace) -> list[Any]:
    return [world.published.slug]


def with_card(*rest: Any) -> Arguments:
    return lambda world: [world.published.slug, *rest]


def proposal(author: str = "member", **fields: Any) -> Arguments:
    def arguments(world: SimpleNamespace) -> list[Any]:
        by = getattr(world, author) if author else UserFactory()
        return [world.published.slug, ProposalFactory(card=world.published, author=by, **fields).pk]

    return arguments


def question(**fields: Any) -> Arguments:
    def arguments(world: SimpleNamespace) -> list[Any]:
        asked = QuestionFactory(card=world.published, author=world.member, **fields)
        return [world.published.slug, asked.pk]

    return arguments


def answer(**fields: Any) -> Arguments:
    """A member's answer to a stranger's question."""

    def arguments(world: SimpleNamespace) -> list[Any]:
        asked = QuestionFactory(card=world.published, **fields)
        said = AnswerFactory(question=asked, author=world.member)
        return [world.published.slug, said.pk]

    return arguments


def interest(world: SimpleNamespace) -> list[Any]:
    said = InterestFactory(card=world.published, user=world.member)
    return [world.published.slug, said.pk]


def case(**fields: Any) -> Arguments:
    def arguments(world: SimpleNamespace) -> list[Any]:
        asked = QuestionFactory(card=world.published, author=world.member)
        return [CaseFactory(question=asked, **fields).pk]

    return arguments


def nothing(world: SimpleNamespace) -> list[Any]:
    return []


def report(world: SimpleNamespace) -> list[Any]:
    return [world.published.slug, "card", world.published.pk]


def private_report(world: SimpleNamespace) -> list[Any]:
    asked = QuestionFactory(card=world.published, author=world.member, private=True)
    return [world.published.slug, "question", asked.pk]


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "choose": (SIGNED_IN, card),
    "propose": (SIGNED_IN, with_card("besoin")),
    "propose_short": (SIGNED_IN, with_card("echec")),
    "proposals": (SIGNED_IN, card),  # one's own; all for the team
    "proposal": ({"member"} | TEAM | MANAGERS, proposal()),
    "proposal#draft": ({"member"}, proposal(draft=True)),
    "change_proposal": ({"member"}, proposal(draft=True)),
    "accept": (TEAM | MANAGERS, proposal()),
    "amend": (TEAM | MANAGERS, proposal()),
    "decline": (TEAM | MANAGERS, proposal()),
    "withdraw": ({"member"}, proposal()),
    "credits": (ALL, card),
    "mine": (SIGNED_IN, nothing),
    "discussion": (ALL, card),
    "question": (ALL, question()),
    "question#private": ({"member"} | TEAM | MANAGERS, question(private=True)),
    "correct_question": ({"member"}, question()),
    "take_back_question": ({"member"}, question()),
    "correct_answer": ({"member"}, answer()),
    "take_back_answer": ({"member"}, answer()),
    "useful": (TEAM | MANAGERS, answer()),
    "from_answer": ({"member"} | TEAM | MANAGERS, answer()),
    "from_answer#private": (set(), answer(private=True)),
    "interest": (SIGNED_IN, card),
    "close_interest": ({"member"}, interest),
    "interests": (TEAM, card),
    "contact": (TEAM, interest),
    "report": (SIGNED_IN, report),
    "report#private": ({"member"} | TEAM | MANAGERS, private_report),
    "moderated": ({"member"}, case(hidden=True)),
    "moderated#open": (set(), case()),
    "cases": (MANAGERS, nothing),
    "case": (MANAGERS, case()),
    "decide_appeal": (MANAGERS, case(hidden=True)),
}
