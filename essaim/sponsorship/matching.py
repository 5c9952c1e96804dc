"""Who could help: filters, then points, then the least loaded of equals.

Filters (never proposed otherwise): in the directory, agreement valid today, not on leave, room
left, the language asked, not the asker, not one this request was already put to (unless they were
absent then, and are back). Points are
below, in one place; a sponsor with none is not proposed. Among equals comes first who has the
smallest part of their capacity taken, then who was asked longest ago. (``docs/sponsors.md``)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from essaim.territories.models import Containment, Territory

from .models import HelpRequest, Language, Proposal, Sponsor

POINTS = {
    "covers": 4,  # their territory holds that of the request, and is not the whole country
    "touches": 2,  # inside it, or overlapping
    "country": 1,
    "knowledge": 3,
    "theme": 2,
}
REASONS = {
    "covers": _("connaît ce territoire"),
    "touches": _("connaît une partie de ce territoire, ou un territoire voisin qui le recoupe"),
    "country": _("intervient dans tout le pays"),
    "knowledge": _("connaît ce que vous demandez"),
    "theme": _("connaît ce thème"),
}


@dataclass(frozen=True)
class Match:
    sponsor: Sponsor
    fit: int
    load: int
    reasons: dict[str, int]


def told(reasons: dict[str, int]) -> list[str]:
    """In words, the weightiest first."""
    known = [code for code in reasons if code in REASONS]
    return [str(REASONS[code]) for code in sorted(known, key=lambda code: -reasons[code])]


def candidates(request: HelpRequest) -> list[Match]:
    """Everyone who could help with this request, the best first; four queries."""
    rows = (
        Sponsor.objects.present()
        .with_room()
        .filter(languages__contains=[request.language])
        .exclude(user=request.asker_id)
        .exclude(pk__in=request.proposals.exclude(state__in=Proposal.AGAIN).values("sponsor"))
        .order_by("pk")
        .for_list()
    )
    where = _places(request.territory)
    found = [
        Match(sponsor, sum(reasons.values()), sponsor.load, reasons)  # type: ignore[attr-defined]
        for sponsor in rows
        if (reasons := _reasons(request, sponsor, where))
    ]
    return sorted(found, key=_order)


def _order(match: Match) -> Any:
    sponsor = match.sponsor
    asked = sponsor.last_asked_at.timestamp() if sponsor.last_asked_at else 0.0
    return -match.fit, match.load / sponsor.capacity, asked, sponsor.pk


def _places(territory: Territory | None) -> dict[int, str]:
    """What each territory is to that of the request: ``covers``, ``country`` or ``touches``."""
    if territory is None:
        return {}
    touching = Territory.objects.touching(territory).values_list("pk", "kind")
    above = set(
        Containment.objects.filter(descendant=territory).values_list("ancestor_id", flat=True)
    )
    return {
        pk: ("country" if kind == "country" else "covers") if pk in above else "touches"
        for pk, kind in touching
    }


def _reasons(request: HelpRequest, sponsor: Sponsor, where: dict[int, str]) -> dict[str, int]:
    codes = []
    if place := where.get(sponsor.territory_id):
        codes.append(place)
    elif where:
        # Somewhere else altogether: knowing the law or a theme is no knowledge of this place.
        return {}
    if request.knowledge and request.knowledge in sponsor.knowledge:
        codes.append("knowledge")
    if request.theme_id and request.theme_id in {theme.pk for theme in sponsor.themes.all()}:
        codes.append("theme")
    return {code: POINTS[code] for code in codes}


def readers_language() -> str:
    """That of the page, where sponsors may speak it; else French."""
    code = (get_language() or "").partition("-")[0]
    return code if code in Language.values else str(Language.FRENCH)


def language_to_ask_in() -> str:
    """That of the page, where a sponsor with room speaks it; else French, which all speak."""
    code = readers_language()
    known = Sponsor.objects.present().with_room().filter(languages__contains=[code])
    return code if code == Language.FRENCH or known.exists() else str(Language.FRENCH)


def who_knows(
    territory: Territory | None, theme: Any, *, reader: Any = None, limit: int | None = None
) -> list[Match]:
    """The first of those who could help this reader in this place, before anything is asked: same
    filters, same points, same order; nobody is their own. Who speaks the language of the page
    comes first, then who speaks French. Nobody where neither place nor theme is told."""
    language = readers_language()
    rows = Sponsor.objects.present().with_room()
    rows = rows.filter(languages__overlap=[language, Language.FRENCH])
    if reader is not None and reader.is_authenticated:
        rows = rows.exclude(user=reader.pk)
    if territory is not None:
        rows = rows.filter(territory__in=Territory.objects.keys_touching(territory))
    elif theme is not None:
        rows = rows.filter(themes=theme)
    else:
        return []
    asked = HelpRequest(territory=territory, theme=theme)
    where = _places(territory)
    found = [
        Match(sponsor, sum(reasons.values()), sponsor.load, reasons)  # type: ignore[attr-defined]
        for sponsor in rows.order_by("pk").for_list()
        if (reasons := _reasons(asked, sponsor, where))
    ]
    return sorted(
        found, key=lambda match: (language not in match.sponsor.languages, _order(match))
    )[:limit]
