"""When two cards become one, what its sources say is proposed to the one that was kept; when a
harvested card comes to the public, it is compared with the bank again."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from essaim.harvest.actions.duplicates import harvested_among
from essaim.harvest.models import Duplicate, Item
from essaim.initiatives.models import Initiative


def on_cards_merged(sender: Any, kept: Initiative, other: Initiative, **kwargs: Any) -> None:
    # A card that people made of two is theirs: no fingerprint holds any more.
    Item.objects.filter(card__in=[kept.pk, other.pk]).update(card=kept, written={}, proposed={})
    _compare_with_kept(kept.pk, other.pk)
    Duplicate.objects.filter(first=min(kept.pk, other.pk), second=max(kept.pk, other.pk)).update(
        state=Duplicate.State.MERGED
    )


def _compare_with_kept(kept: int, other: int) -> None:
    """Cards that resembled the one that goes are to be compared with the one that stays."""
    waiting = Duplicate.objects.filter(Q(first=other) | Q(second=other))
    pairs = []
    for pair in waiting.filter(state=Duplicate.State.PROPOSED):
        third = pair.second_id if pair.first_id == other else pair.first_id
        if third != kept:
            first, second = sorted([kept, third])
            pairs.append(
                Duplicate(first_id=first, second_id=second, score=pair.score, reasons=pair.reasons)
            )
    Duplicate.objects.bulk_create(pairs, ignore_conflicts=True)


def on_card_published(sender: Any, initiatives: list[int], **kwargs: Any) -> None:
    from essaim.harvest.tasks import compare_published

    keys = harvested_among(initiatives)
    if keys:
        compare_published.defer(keys=keys)
