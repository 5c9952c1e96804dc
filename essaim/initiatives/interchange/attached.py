"""What an app of a floor above keeps about a card, and the format carries.

The format names the fields (``card_format``), so that files, schema and documentation know them;
at start-up (``AppConfig.ready``) the app that owns the tables registers a keeper for them. Without
one, such fields are read and left aside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from essaim.initiatives.models import Initiative


@dataclass(frozen=True)
class Keeper:
    name: str
    # Parts of the card whose rows it speaks of: written anew, what it says of them is too.
    parts: frozenset[str]
    # What ``current`` reads, for ``prefetch_related``.
    prefetch: tuple[str, ...]
    # What is kept about a card, as a value that can be compared; of no card: nothing.
    current: Callable[[Initiative | None], Any]
    # Put what ``current`` reads on cards that are plain rows (``light``), by key.
    light: Callable[[dict[int, Any]], None]
    # What a line wants, from the values of its fields and from what is kept.
    wanted: Callable[[dict[str, Any], Any], Any]
    # Write it, in the import's transaction, once the card and its parts are there.
    write: Callable[[Initiative, Any, Any], None]
    # Put what is kept into the record of the card.
    give: Callable[[dict[str, Any], Any], None]


_keepers: dict[str, Keeper] = {}


def register(keeper: Keeper) -> None:
    """Add (or, by the same name, replace) a keeper."""
    _keepers[keeper.name] = keeper


def keepers() -> list[Keeper]:
    return [keeper for _name, keeper in sorted(_keepers.items())]


def prefetched() -> list[str]:
    return [name for keeper in keepers() for name in keeper.prefetch]
