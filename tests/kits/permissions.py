"""Who gets in at each address of a kit, for the one table of ``tests/test_permissions.py``."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from tests.kits.factories import deposited

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
TEAM = ALL - {"visitor", "member"}
Arguments = Callable[[SimpleNamespace], list[Any]]


def card(name: str) -> Arguments:
    return lambda world: [getattr(world, name).slug]


def material(world: SimpleNamespace) -> list[Any]:
    return [world.published.slug, deposited(world.published, by=world.owner).pk]


def version(name: str) -> Arguments:
    def arguments(world: SimpleNamespace) -> list[Any]:
        owner = getattr(world, name)
        return [owner.slug, deposited(owner, by=world.owner).versions.get().pk]

    return arguments


def asked(world: SimpleNamespace) -> list[Any]:
    from essaim.kits.actions.archives import ask_archive

    ask_archive(world.published)
    return [world.published.slug]


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "kit": (ALL, card("published")),
    "kit#draft": (TEAM, card("draft")),
    "add": (TEAM, card("published")),
    "archive": (ALL, card("published")),
    "archive#draft": (TEAM, card("draft")),
    "progress": (ALL, asked),
    "archive_file": (ALL, card("published")),
    "file": (ALL, version("published")),
    "file#draft": (TEAM, version("draft")),
    "describe": (TEAM, material),
    "new_version": (TEAM, material),
    "remove": (TEAM, material),
    "put_back": (TEAM, material),
}
