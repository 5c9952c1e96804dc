"""Who gets in at each address of following, for the one table of ``tests/test_permissions.py``."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from essaim.following import tokens
from tests.following.factories import NotificationFactory

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}


def nothing(world: SimpleNamespace) -> list[Any]:
    return []


def link(world: SimpleNamespace) -> list[Any]:
    return [tokens.unsubscribe_url(world.owner, tokens.DIGEST).rpartition("/")[2]]


ROWS: dict[str, Any] = {
    "follow": (SIGNED_IN, nothing),
    "unfollow": (SIGNED_IN, nothing),
    "mine": (SIGNED_IN, nothing),
    "notifications": (SIGNED_IN, nothing),
    "all_read": (SIGNED_IN, nothing),
    "open": ({"owner"}, lambda world: [NotificationFactory(user=world.owner).pk]),
    "settings": (SIGNED_IN, nothing),
    "first_choice": (SIGNED_IN, nothing),
    # The signed link is the right; whoever is signed in changes nothing.
    "unsubscribe": (ALL, link),
}
