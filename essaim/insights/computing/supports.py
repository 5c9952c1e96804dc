"""Whether cards that had a support are taken up more often than others of the same track and level
of proof. Supports are not drawn by lot: a difference is no effect, and the page says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef

from essaim.initiatives.models import Fact, Track
from essaim.insights.computing.cards import published
from essaim.insights.computing.measured import Measured
from essaim.insights.computing.sites import of_public_cards
from essaim.introductions.models import Introduction
from essaim.scaling.models import SchemeUsed
from essaim.sponsorship.models import HelpRequest

SUPPORTS = ("sponsor", "grant", "kit", "introduction", "scheme")
WITH, WITHOUT = "with", "without"
HELPED = [HelpRequest.State.TAKEN_UP, HelpRequest.State.HELPED, HelpRequest.State.HELPED_IN_PART]


def _had(support: str) -> Exists:
    card = {"initiative": OuterRef("pk")}
    match support:
        case "sponsor":
            return Exists(HelpRequest.objects.filter(card=OuterRef("pk"), state__in=HELPED))
        case "grant":
            return Exists(Fact.objects.filter(kind=Fact.Kind.POOL_OPEN, **card))
        case "kit":
            return Exists(Fact.objects.filter(kind=Fact.Kind.KIT, **card))
        case "scheme":
            # Of the directory, as the card's team says.
            return Exists(SchemeUsed.objects.shown().filter(**card))
    return Exists(Introduction.objects.filter(card=OuterRef("pk")))


def cards_with(support: str, scope: str) -> Any:
    """Published cards, each with ``had`` and ``taken``: whether a site ever committed."""
    sites = of_public_cards(scope).filter(initiative=OuterRef("pk"))
    return published(scope).annotate(had=_had(support), taken=Exists(sites))


def group(code: str, scope: str) -> Any:
    """The cards of a part: « sponsor:social:2:with ». Raises ValueError for what is none."""
    support, track, level, which = code.split(":")
    if support not in SUPPORTS or track not in Track.values or which not in (WITH, WITHOUT):
        raise ValueError(code)
    return cards_with(support, scope).filter(
        track=track, proof_level=int(level[:1]), had=which == WITH
    )


def compute(scope: str) -> Iterator[Measured]:
    """Only where both groups have enough cards for a share to be said, and nobody to be known."""
    least = settings.INSIGHTS["compared"]
    for support in SUPPORTS:
        counts: dict[tuple[str, int], dict[bool, list[int]]] = defaultdict(dict)
        rows = cards_with(support, scope).order_by()
        rows = rows.values_list("track", "proof_level", "had", "taken").annotate(n=Count("pk"))
        for track, level, had, taken, number in rows:
            both = counts[track, level].setdefault(had, [0, 0])
            both[0] += number if taken else 0
            both[1] += number
        for (track, level), groups in sorted(counts.items()):
            if len(groups) < 2 or min(total for _taken, total in groups.values()) < least:
                continue
            for had, which in ((True, WITH), (False, WITHOUT)):
                taken, total = groups[had]
                share = round(Decimal(100 * taken) / total, 1)
                yield Measured(
                    "supports", share, counted=taken, total=total, dimension="support",
                    code=f"{support}:{track}:{level}:{which}",
                )  # fmt: skip
