"""Cards by phase and by level of proof; themes where what is proved does not spread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Count, Q

from essaim.initiatives.models import Fact, Initiative, Phase, Publication
from essaim.initiatives.phase import derive_phase
from essaim.insights.computing.measured import Measured, of_scope
from essaim.insights.invented import CARDS, NEEDS, SITES, says_so
from essaim.needs.models import Need
from essaim.replications.models import Replication
from essaim.themes.models import Theme


def published(scope: str) -> Any:
    return of_scope(Initiative.objects.published(), says_so(*CARDS), scope)


def compute(scope: str) -> Iterator[Measured]:
    cards = published(scope)
    phases = dict(cards.order_by().values_list("phase").annotate(n=Count("pk")))
    for phase in lowered(scope).values():
        phases[Phase.REPLICATE] -= 1
        phases[phase] = phases.get(phase, 0) + 1
    count = sum(phases.values())
    written = of_scope(Initiative.objects.all(), says_so(*CARDS), scope).count()
    yield Measured("cards", count, counted=count, total=written)
    for phase in Phase.values[1:]:
        yield Measured("cards", phases.get(phase, 0), dimension="phase", code=phase)
    levels = dict(cards.order_by().values_list("proof_level").annotate(n=Count("pk")))
    proved = count - levels.get(0, 0)
    yield Measured("evidence", proved, counted=proved, total=count)
    for level in range(6):
        yield Measured("evidence", levels.get(level, 0), dimension="level", code=str(level))
    yield from _themes(scope)


def lowered(scope: str) -> dict[int, str]:
    """Real cards that only invented sites brought to the last phase, with the phase that their other
    facts give them."""
    if scope == "invented":
        return {}
    invented = Replication.objects.standing().filter(says_so(*SITES)).values("initiative")
    real = Replication.objects.standing().exclude(says_so(*SITES)).values("initiative")
    cards = published(scope).filter(phase=Phase.REPLICATE, pk__in=invented).exclude(pk__in=real)
    found = {}
    for card in cards.prefetch_related("facts"):
        facts = [fact for fact in card.facts.all() if fact.kind != Fact.Kind.REPLICATION]
        on = card.published_at.date().isoformat() if card.published_at else None
        found[card.pk] = str(derive_phase(on, facts).phase)
    return found


def in_phase(phase: str, scope: str) -> Any:
    moved = lowered(scope)
    here = [pk for pk, given in moved.items() if given == phase]
    held = Q(phase=phase) & ~Q(pk__in=moved) if moved else Q(phase=phase)
    return published(scope).filter(held | Q(pk__in=here))


def open_needs(scope: str) -> Any:
    needs = Need.objects.open().filter(visibility=Need.Visibility.PUBLIC, theme__isnull=False)
    return of_scope(needs, says_so(*NEEDS), scope)


def proven(scope: str) -> Any:
    return published(scope).filter(proof_level__gte=settings.INSIGHTS["proof_level"])


def proven_for_needs(scope: str) -> Any:
    """Invented needs may be answered by real cards: proof is looked for among all of them."""
    if scope != "invented":
        return proven(scope)
    return Initiative.objects.published().filter(proof_level__gte=settings.INSIGHTS["proof_level"])


def waiting_themes(scope: str) -> tuple[dict[int, tuple[int, int]], int]:
    """Of each theme where needs are high, something is proven and nothing spreads: its open needs
    and proven cards; and how many themes have an open need."""
    asked = dict(open_needs(scope).order_by().values_list("theme").annotate(n=Count("pk")))
    standing = Replication.objects.standing()
    if scope != "invented":
        standing = standing.exclude(says_so(*SITES))
    proved = dict(
        proven_for_needs(scope)
        .filter(themes__in=asked)
        .order_by()
        .values_list("themes")
        .annotate(n=Count("pk"))
    )
    spread = dict(
        standing.filter(initiative__publication=Publication.PUBLISHED)
        .filter(initiative__themes__in=asked)
        .order_by()
        .values_list("initiative__themes")
        .annotate(n=Count("pk"))
    )
    waiting = {
        pk: (count, proved[pk])
        for pk, count in asked.items()
        if count >= settings.INSIGHTS["needs"] and proved.get(pk) and not spread.get(pk)
    }
    return waiting, len(asked)


def _themes(scope: str) -> Iterator[Measured]:
    waiting, asked = waiting_themes(scope)
    slugs = dict(Theme.objects.filter(pk__in=waiting).values_list("pk", "slug"))
    yield Measured("themes", len(waiting), counted=len(waiting), total=asked)
    for pk, (needs, proved) in waiting.items():
        # Of this row, n is how many cards are proven; the value, how many needs are open.
        yield Measured(
            "themes", needs, counted=proved, total=None, dimension="theme", code=slugs[pk]
        )
