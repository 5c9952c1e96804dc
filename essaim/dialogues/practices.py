"""Which practices may be proposed to a territory, each with its reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from essaim.common.errors import DomainError
from essaim.initiatives.models import Fact, Initiative, Publication
from essaim.replications.models import RUNNING, STANDING, Replication
from essaim.territories.models import Containment
from essaim.territories.similar import neighbours

from .models import Campaign, CampaignIndicator, Dialogue, Finding, FindingStatus, Proposal


def ready(cards: QuerySet[Initiative]) -> Any:
    fact = Fact.objects.filter(
        initiative=OuterRef("pk"), kind=Fact.Kind.READINESS, value__ready=True
    )
    return cards.annotate(is_ready=Exists(fact))


def validated(campaign: Campaign) -> QuerySet[Initiative]:
    """The cards that keep the campaign's rule today (``Campaign.validated`` says it in words)."""
    found = ready(
        Initiative.objects.filter(
            publication=Publication.PUBLISHED, proof_level__gte=campaign.least_level
        )
    )
    return found.filter(is_ready=True) if campaign.needs_ready else found


def difficulties(dialogue: Dialogue) -> list[Finding]:
    return [each for each in dialogue.findings.all() if each.status == FindingStatus.DIFFICULTY]


def answering(
    dialogue: Dialogue, indicators: Sequence[CampaignIndicator], *, words: str = "",
    all_themes: bool = False,
) -> QuerySet[Initiative]:  # fmt: skip
    """Validated practices on the themes of these indicators, those not proposed here yet. The
    strongest proof first, then the latest published."""
    taken = Proposal.objects.standing().filter(dialogue=dialogue).values("initiative")
    found = validated(dialogue.campaign).exclude(pk__in=taken)
    slugs = {theme.pk for each in indicators for theme in each.themes.all()}
    if not all_themes:
        found = found.filter(themes__in=slugs)
    for word in words.split()[:8]:
        found = found.filter(
            Q(title__unaccent__icontains=word) | Q(summary__unaccent__icontains=word)
        )
    return found.select_related("holder").distinct().order_by("-proof_level", "-published_at", "pk")


@dataclass
class Similar:
    """Territories like this one where each card runs; or the word that says why none is known."""

    sites: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    why_none: str = ""
    #: Cards already taken up on this territory.
    here: set[int] = field(default_factory=set)


def similar_sites(dialogue: Dialogue, cards: Sequence[int]) -> Similar:
    """Where these cards are in service or sustained: the nearest territories of the kind, or
    within one of them. A constant number of queries."""
    found = Similar()
    territory = dialogue.territory
    # An intention is between its two sides: no centre learns of it here.
    here = Replication.objects.filter(initiative__in=cards, territory=territory, state__in=STANDING)
    found.here = set(here.values_list("initiative", flat=True))
    try:
        likeness = neighbours(territory, k=settings.DIALOGUES["similar"])
    except DomainError as error:
        found.why_none = str(error.message)
        return found
    near = {each.territory.pk: each.territory for each in likeness.neighbours}
    inside = Containment.objects.filter(ancestor__in=near)
    sites = (
        Replication.objects.filter(
            initiative__in=cards, state__in=RUNNING, territory__in=inside.values("descendant"),
            initiative__publication=Publication.PUBLISHED,
        )
        .select_related("territory")
        .order_by("live_on", "pk")
    )  # fmt: skip
    rows = list(sites)
    above = defaultdict(list)
    for descendant, ancestor in inside.filter(
        descendant__in={row.territory_id for row in rows}
    ).values_list("descendant", "ancestor"):
        above[descendant].append(ancestor)
    for row in rows:
        for ancestor in above[row.territory_id]:
            like = near[ancestor]
            found.sites[row.initiative_id].append(
                {
                    "label": like.label,
                    "url": like.get_absolute_url(),
                    "site": row.pk,
                    "at": row.territory.label if row.territory_id != like.pk else "",
                    "since": row.live_on.isoformat() if row.live_on else "",
                    "state": row.state,
                }
            )
    return found


def themes_in_common(card: Initiative, indicators: Sequence[CampaignIndicator]) -> list[Any]:
    """Of the indicators, those that share a theme with the card (both prefetched)."""
    own = {theme.pk for theme in card.themes.all()}
    return [each for each in indicators if own & {theme.pk for theme in each.themes.all()}]
