"""Rounds made by a higher room (a call), as that room says at start-up: who runs them besides
managers, and what is not to be said from here since that room says it (the decision on a call's
application comes with all the others, at one moment).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q


@dataclass(frozen=True)
class Note:
    says: str
    # What people wrote of it, in French.
    texts: tuple[str, ...] = ()


class Subject(NamedTuple):
    """What a round reads for, as its readers are told: « appel », its title, its public page."""

    what: Any
    title: str
    address: str


@dataclass(frozen=True)
class Room:
    # Of rounds: those of that room that this person runs.
    run_by: Callable[[Any], Q]
    # The accounts that run this round; empty where it is not one of that room.
    people_of: Callable[[Any], set[int]]
    # Why feedback does not leave from here, in words; empty where it does.
    holds: Callable[[Any], str]
    # Where readers and those who run it come from: (title, address), or None.
    place_of: Callable[[Any], tuple[str, str] | None]
    # Whether that room keeps this person out of this item (its reference) for good.
    keeps_out: Callable[[str, Any], bool]
    # Keeps that this person, who runs the round, opened this page of it: (round, the item it shows
    # or None, person, name of the page). Nothing where the round is not one of that room.
    opened: Callable[[Any, Any, Any, str], None]
    # What readers of this item should know besides its text.
    notes: Callable[[Any], list[Note]]
    # Of these rounds (keys), the subject of those of that room: one query.
    subjects_of: Callable[[Collection[int]], dict[int, Subject]]


_rooms: dict[str, Room] = {}


def register(name: str, room: Room) -> None:
    _rooms[name] = room


def run_by(user: Any) -> Q:
    """Of rounds; none where no room says so."""
    found = Q(pk__in=())
    for room in _rooms.values():
        found |= room.run_by(user)
    return found


def people_of(found: Any) -> set[int]:
    return set().union(*(room.people_of(found) for room in _rooms.values()))


def why_held(found: Any) -> str:
    return next((words for room in _rooms.values() if (words := room.holds(found))), "")


def is_kept_out(reference: str, person: Any) -> bool:
    """By the room that made the item: nothing said in the round takes that back."""
    return any(room.keeps_out(reference, person) for room in _rooms.values())


def tell_opened(found: Any, item: Any, person: Any, page: str) -> None:
    for room in _rooms.values():
        room.opened(found, item, person, page)


def notes_of(item: Any) -> list[Note]:
    return [note for room in _rooms.values() for note in room.notes(item)]


def subjects_of(rounds: Collection[int]) -> dict[int, Subject]:
    """{round: its subject}, but for rounds that no room made."""
    found: dict[int, Subject] = {}
    for room in _rooms.values() if rounds else ():
        found |= room.subjects_of(rounds)
    return found


def place_of(found: Any) -> tuple[str, str] | None:
    return next((place for room in _rooms.values() if (place := room.place_of(found))), None)
