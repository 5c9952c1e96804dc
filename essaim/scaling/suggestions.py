"""Which schemes help with exactly what is missing (§ 3, § 10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.urls import reverse

from essaim.initiatives.models import Initiative
from essaim.schemes.models import Scheme
from essaim.territories.models import Containment

SHOWN = 4  # for each question; the directory has the others


def schemes_for(
    keys: Iterable[str], *, track: str = "", card: Initiative | None = None
) -> dict[str, list[Scheme]]:
    """By key of question, the schemes that say they help with it: those that apply to the
    card's territories and share its themes first. One query a question, and two with a card."""
    themes = [theme.pk for theme in card.themes.all()] if card else []
    places = [place.pk for place in card.territories.all()] if card else []
    return {key: _for_one(key, track, themes, places) for key in keys}


def _for_one(key: str, track: str, themes: Sequence[int], places: Sequence[int]) -> list[Scheme]:
    found = Scheme.objects.current().filter(points__contains=[key])
    if track:
        found = found.filter(track__in=["", track])
    of_theme = Scheme.themes.through.objects.filter(scheme=OuterRef("pk"), theme__in=themes)
    of_place = Scheme.territories.through.objects.filter(scheme=OuterRef("pk"))
    here = Containment.objects.filter(descendant__in=places).values("ancestor")
    found = found.annotate(
        shares_theme=Exists(of_theme), is_here=Exists(of_place.filter(territory__in=here))
    )
    if places:
        # A scheme of somewhere else helps with nothing here; one that says no place may.
        found = found.filter(Q(is_here=True) | ~Exists(of_place))
    return list(found.order_by("-shares_theme", "-is_here", "sort_title", "pk")[:SHOWN])


def directory_address(key: str, *, track: str = "") -> str:
    """All of them, in the directory."""
    query = QueryDict(mutable=True)
    query["point"] = key
    if track:
        query["track"] = track
    return f"{reverse('schemes:list')}?{query.urlencode()}"
