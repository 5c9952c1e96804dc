"""What a person is credited for: the initiatives they wrote, and where these were taken up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from essaim.initiatives.models import Fact, Initiative

STANDING = ["committed", "preparing", "live", "sustained"]


@dataclass(frozen=True)
class Credit:
    card: Initiative
    replications: int


def credits_of(user: Any) -> list[Credit]:
    """Published cards of this author with their replications that stand, in two queries."""
    cards = list(
        Initiative.objects.published()
        .filter(author=user)
        .only("title", "slug", "summary")
        .order_by("title")
    )
    counts = Counter(
        Fact.objects.filter(
            initiative__in=[card.pk for card in cards],
            kind=Fact.Kind.REPLICATION,
            value__status__in=STANDING,
        ).values_list("initiative", flat=True)
    )
    return [Credit(card, counts[card.pk]) for card in cards]
