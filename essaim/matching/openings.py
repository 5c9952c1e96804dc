"""What a manager may begin from a cluster of unmet needs: rooms of calls register it here.

Nothing registered: no button.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Opening:
    label: Any  # "Ouvrir un appel"
    # Address of the page that begins it, from the keys of the needs and the cluster's name.
    url: Callable[[Sequence[int], str], str]
    may: Callable[[Any], bool]  # this person


_openings: dict[str, Opening] = {}


def register(name: str, opening: Opening) -> None:
    """Add (or, by the same name, replace) what may be begun."""
    _openings[name] = opening


def unregister(name: str) -> None:
    _openings.pop(name, None)


def offered(user: Any, needs: Sequence[int], cluster: str) -> list[tuple[str, str]]:
    """(label, address) of each, for this person."""
    return [
        (str(opening.label), opening.url(needs, cluster))
        for _name, opening in sorted(_openings.items())
        if opening.may(user)
    ]
