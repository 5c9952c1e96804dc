"""When two cards become one, what its sources say is proposed to the one that was kept; when a
harvested card comes to the public, it is compared with the bank again."""

from __future__ import annotations

from typing import Any

from essaim.harvest.actions.duplicates import harvested_among
from essaim.harvest.models import Duplicate, Item
from essaim.initiatives.models import Initiative


def on_cards_merged(sender: Any, kept: Initiative, other: Initiative, **kwargs: Any) -> None:
    # A card that people made of two is theirs: no fingerprint holds any more.
    Item.objects.filter(card__in=[kept.pk, other.pk]).update(card=kept, written={}, proposed={})
    Duplicate.objects.filter(first=min(kept.pk, other.pk), second=max(kept.pk, other.pk)).update(
        state=Duplicate.State.MERGED
    )


def on_card_published(sender: Any, initiatives: list[int], **kwargs: Any) -> None:
    from essaim.harvest.tasks import compare_published

    keys = harvested_among(initiatives)
    if keys:
        compare_published.defer(keys=keys)
