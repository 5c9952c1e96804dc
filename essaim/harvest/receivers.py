"""When two cards become one, what its sources say is proposed to the one that was kept."""

from __future__ import annotations

from typing import Any

from essaim.harvest.models import Duplicate, Item
from essaim.initiatives.models import Initiative


def on_cards_merged(sender: Any, kept: Initiative, other: Initiative, **kwargs: Any) -> None:
    # A card that people made of two is theirs: no fingerprint holds any more.
    Item.objects.filter(card__in=[kept.pk, other.pk]).update(card=kept, written={}, proposed={})
    Duplicate.objects.filter(first=min(kept.pk, other.pk), second=max(kept.pk, other.pk)).update(
        state=Duplicate.State.MERGED
    )
