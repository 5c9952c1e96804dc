"""What a manager may begin from a cluster of unmet needs: a group of their territories; rooms
of higher floors (calls) register their own here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from essaim.matching.rules import can_read_board
from essaim.people.rules import can_manage

#: Needs of a cluster that an address names; a group has fewer territories than that.
NAMED = 60


@dataclass(frozen=True)
class Opening:
    label: Any  # "Ouvrir un appel"
    # Address of the page that begins it, from the keys of the needs and a title that they
    # propose; "" where these needs give nothing to begin.
    url: Callable[[Sequence[int], str], str]
    may: Callable[[Any], bool]  # this person


_openings: dict[str, Opening] = {}


def register(name: str, opening: Opening) -> None:
    """Add (or, by the same name, replace) what may be begun."""
    _openings[name] = opening


def unregister(name: str) -> None:
    _openings.pop(name, None)


def offered(user: Any, needs: Sequence[int], title: str) -> list[tuple[str, str]]:
    """(label, address) of each, for this person."""
    return [
        (str(opening.label), url)
        for _name, opening in sorted(_openings.items())
        if opening.may(user) and (url := opening.url(needs, title))
    ]


def group_url(needs: Sequence[int], title: str) -> str:
    """Two needs at least: what one place alone misses makes no group."""
    if len(needs) < 2:
        return ""
    query = urlencode([("need", pk) for pk in needs[:NAMED]])
    return f"{reverse('matching:group')}?{query}"


def call_url(needs: Sequence[int], title: str) -> str:
    """A call that these needs are waiting for."""
    query = urlencode([("title", title), *(("need", pk) for pk in needs[:NAMED])])
    return f"{reverse('calls:new')}?{query}" if needs else ""


def register_openings() -> None:
    register("call", Opening(_("Ouvrir un appel"), call_url, can_manage))
    register(
        "group", Opening(_("Proposer à ces territoires de se grouper"), group_url, can_read_board)
    )
