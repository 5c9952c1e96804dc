"""Who may judge from outside what is said of a card: without a link with it, and as a peer.

Those who know register it at start-up (readings by peers: conflicts, readers' records); those who
ask are beside them, and neither imports the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from essaim.initiatives.models import Initiative


@dataclass(frozen=True)
class Judges:
    """``links``: of these cards, those the person has a link with, and why in words.
    ``open_to``: those that the person may judge as a peer: they know the subject, they have read
    before, and no link binds them. Both in a constant number of queries."""

    links: Callable[[Any, Sequence[Initiative]], dict[int, list[Any]]]
    open_to: Callable[[Any, Iterable[Initiative]], set[int]]


_known: dict[str, Judges] = {}


def register(name: str, judges: Judges) -> None:
    """Add (or, by the same name, replace)."""
    _known[name] = judges


def links_with(user: Any, cards: Sequence[Initiative]) -> dict[int, list[Any]]:
    """card → why this person must not judge it; cards without a link are absent."""
    found: dict[int, list[Any]] = {}
    if user.is_authenticated and cards:
        for judges in _known.values():
            for card, why in judges.links(user, cards).items():
                found.setdefault(card, []).extend(why)
    return found


def open_as_peer(user: Any, cards: Iterable[Initiative]) -> set[int]:
    """Of these cards, those that this person may judge as a peer. A queryset is fetched only for
    people who read."""
    if not user.is_authenticated:
        return set()
    found: set[int] = set()
    for judges in _known.values():
        found |= judges.open_to(user, cards)
    return found
