"""Who gets in at each address of introductions, for the table of ``tests/test_permissions.py``.

Owner and colleague are of the holder; member is the adopter, unless said; managers are neither.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from tests.contributions.factories import InterestFactory
from tests.introductions.factories import IntroductionFactory, NoteFactory, town
from tests.people.factories import UserFactory

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
MANAGERS = {"manager", "administrator"}
HOLDER, ADOPTER = {"owner", "colleague"}, {"member"}

Arguments = Callable[[SimpleNamespace], list[Any]]


def one(world: SimpleNamespace, **fields: Any) -> Any:
    return IntroductionFactory(card=world.published, adopter=world.member, **fields)


def pk(**fields: Any) -> Arguments:
    return lambda world: [one(world, **fields).pk]


def slug(world: SimpleNamespace) -> list[Any]:
    return [world.published.slug]


def place(world: SimpleNamespace) -> list[Any]:
    territory = town().territory
    return [world.published.slug, territory.kind, territory.code]


def interest(world: SimpleNamespace) -> list[Any]:
    said = InterestFactory(card=world.published, user=world.member)
    one(world, interest=said)
    return [said.pk]


def note(world: SimpleNamespace) -> list[Any]:
    row = NoteFactory(introduction=one(world, accepted=True), author=world.owner)
    return [row.introduction_id, row.pk]


def nobodys(world: SimpleNamespace) -> list[Any]:
    """A card that nobody carries here: managers answer."""
    card = IntroductionFactory(adopter=world.member, card__author=None).card
    return [card.introductions.get().pk]


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "useful": (HOLDER | MANAGERS, slug),
    "export": (HOLDER | MANAGERS, slug),
    "propose": (HOLDER, place),
    "of_card": (HOLDER | MANAGERS, slug),
    "mine": (SIGNED_IN, lambda world: []),
    "of_interest": (HOLDER | ADOPTER, interest),
    "my_choice": (SIGNED_IN, lambda world: []),
    "detail": (HOLDER | ADOPTER, pk()),
    "detail#nobody": (ADOPTER | MANAGERS, nobodys),
    "accept": (HOLDER, pk()),
    "decline": (HOLDER, pk()),
    "decline#colleague_asked": (
        HOLDER, lambda world: [one(world, asked_by=UserFactory()).pk]
    ),
    "withdraw": (ADOPTER, pk()),
    "exchange": (HOLDER | ADOPTER, pk(accepted=True)),
    "visit": (HOLDER | ADOPTER, pk(accepted=True)),
    "close": (HOLDER | ADOPTER, pk(accepted=True)),
    "write": (HOLDER | ADOPTER, pk(accepted=True)),
    "note": (HOLDER | ADOPTER, pk(accepted=True)),
    "remove_note": ({"owner"}, note),
    "choice": ({"owner"}, lambda world: [world.organisation.slug]),
}  # fmt: skip
