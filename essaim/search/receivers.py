"""What the search hears from the floors below, inside the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from essaim.search import actions, followed, tasks


def index_cards(sender: Any, initiatives: Iterable[int], **kwargs: Any) -> None:
    """Words at once; meaning by a job that exists only if the transaction ends well."""
    pks = list(initiatives)
    if actions.index("initiative", pks):
        tasks.embed.defer(kind="initiative", object_ids=pks)


def remove_cards(sender: Any, initiatives: Iterable[int], **kwargs: Any) -> None:
    actions.remove("initiative", initiatives)


def match_searches(sender: Any, initiatives: Iterable[int], **kwargs: Any) -> None:
    """By a job that runs after the one that gives the cards their meaning (same lock)."""
    if followed.anyone_follows():
        tasks.match_searches.defer(cards=list(initiatives))


def load_synonyms(sender: Any, **kwargs: Any) -> None:
    actions.load_synonyms()
