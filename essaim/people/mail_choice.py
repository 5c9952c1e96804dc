"""Mail leaves to who accepted it. The choice is kept by a floor above, which registers here, at
start-up, what asks it of who signs up, what keeps the answers and what reads them.

Not concerned: what protects an account (codes, confirmations, a changed password, its end), and
the one message that a person asks us to send to one address (an invitation, a domain's link).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms

from essaim.people.models import User


@dataclass(frozen=True)
class MailChoice:
    fields: Callable[[], dict[str, forms.Field]]  # boxes of the sign-up form, none ticked
    keep: Callable[[User, dict[str, Any]], object]  # the form's cleaned answers
    accepting: Callable[[Collection[int]], set[int]]  # those who are written to at once
    stop: Callable[[User], str]  # the address that takes it back, in one click


_choice: list[MailChoice] = []


def register(choice: MailChoice) -> None:
    """The last one registered is asked; without any, nobody accepts."""
    _choice[:] = [choice]


def questions() -> dict[str, forms.Field]:
    return {name: field for choice in _choice for name, field in choice.fields().items()}


def keep_answers(user: User, answers: dict[str, Any]) -> None:
    for choice in _choice:
        choice.keep(user, answers)


def stop_address(person: User) -> str:
    """Where one click stops the messages that leave at once."""
    return next((choice.stop(person) for choice in _choice), "")


def stop_headers(address: str) -> dict[str, str]:
    """RFC 2369 and 8058: mail programs show a button that stops these messages."""
    if not address:
        return {}
    return {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def those_who_accept(people: Iterable[User]) -> list[User]:
    """Those of them to whom a message may leave at once; one query."""
    asked = list(people)
    accepting = {
        pk for choice in _choice for pk in choice.accepting([person.pk for person in asked])
    }
    return [person for person in asked if person.is_active and person.pk in accepting]
