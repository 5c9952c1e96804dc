"""Showing to all the cards that a source brought and that waited as drafts."""

from __future__ import annotations

from typing import Any

from essaim.common.errors import DomainError
from essaim.common.typography import labelled, quoted
from essaim.harvest.models import Item, Source
from essaim.initiatives.actions.publication import publish_card


def publish_checked(source: Source, keys: list[int], *, by: Any) -> tuple[int, list[str]]:
    """Publish the cards of these items of the source, one by one: how many were, and why each of
    the others was not."""
    published, refusals = 0, []
    items = Item.objects.filter(source=source, pk__in=keys, card__isnull=False)
    for item in items.select_related("card").order_by("pk"):
        assert item.card is not None
        try:
            publish_card(item.card, by=by)
        except DomainError as error:
            refusals.append(labelled(quoted(item.card.title), error.message))
        else:
            published += 1
    return published, refusals
