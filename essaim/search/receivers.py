"""What the search hears from the floors below, inside the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from essaim.search import actions, tasks


def index_cards(sender: Any, initiatives: Iterable[int], **kwargs: Any) -> None:
    """Words at once; meaning by a job that exists only if the transaction ends well."""
    pks = list(initiatives)
    if actions.index("initiative", pks):
        tasks.embed.defer(kind="initiative", object_ids=pks)


def remove_cards(sender: Any, initiatives: Iterable[int], **kwargs: Any) -> None:
    actions.remove("initiative", initiatives)


def load_synonyms(sender: Any, **kwargs: Any) -> None:
    actions.load_synonyms()
