"""Searches that people follow: kept as their query string, matched with each new card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.following.models import Follow
from essaim.following.reading import button
from essaim.following.subjects import Shown, Subject, register
from essaim.initiatives import following
from essaim.initiatives.models import Initiative
from essaim.search import engine
from essaim.search.filters import Criteria
from essaim.search.forms import BankForm
from essaim.territories.models import Territory
from essaim.themes.models import Audience, Theme

KIND = "search"
# Distinct searches read at once: bounds memory, not correctness.
PAGE = 200


# --- one search, one key ----------------------------------------------------------------------
def key_of(criteria: Criteria) -> str:
    """The search without its order; "" where nothing is asked: the whole bank is no search."""
    return replace(criteria, sort="").query_string


def normalise(key: str) -> str:
    """As the bank understands it; what it does not understand is left out."""
    return key_of(BankForm(QueryDict(key)).criteria())


def follow_button(request: HttpRequest, criteria: Criteria) -> dict[str, Any]:
    """Of the search, or of the theme where it asks for one theme and nothing else."""
    key = key_of(criteria)
    if not key:
        return {}
    if len(criteria.themes) == 1 and key == key_of(Criteria(themes=criteria.themes)):
        return button(request, "theme", criteria.themes[0].slug, page_of_it=False)
    return button(request, KIND, key, page_of_it=False)


# --- many searches read together ----------------------------------------------------------------
def read(keys: Collection[str]) -> dict[str, Criteria]:
    """The searches of these keys, in three queries whatever their number.

    A filter that no longer means anything (a theme taken out of the list) makes the search
    unreadable: left out, it would let in cards that nobody asked for.
    """
    queries = {key: QueryDict(key) for key in keys}
    places, themes, audiences = (
        {value for query in queries.values() for value in query.getlist(name)}
        for name in ("territory", "theme", "audience")
    )
    territories = {
        t.address: t
        for t in Territory.objects.annotate(full=Concat(F("kind"), Value(":"), F("code")))
        .filter(_addressed(places))
        .for_list()
    }
    known_themes = {theme.slug: theme for theme in Theme.objects.filter(slug__in=themes)}
    known_audiences = {each.slug: each for each in Audience.objects.filter(slug__in=audiences)}
    found = {}
    for key, query in queries.items():
        try:
            found[key] = Criteria(
                text=query.get("q", ""),
                territory=territories[query["territory"]] if "territory" in query else None,
                themes=tuple(known_themes[slug] for slug in query.getlist("theme")),
                track=query.get("track", ""),
                phases=tuple(query.getlist("phase")),
                audiences=tuple(known_audiences[slug] for slug in query.getlist("audience")),
                holders=tuple(query.getlist("holder")),
                proof=int(query.get("proof", "0")),
                cost_min=_amount(query.get("cost_min")),
                cost_max=_amount(query.get("cost_max")),
                materials="materials" in query,
            )
        except (KeyError, ValueError, InvalidOperation):
            continue
    return found


def _addressed(places: Collection[str]) -> Q:
    """By the unique index of kind and code first, then by the exact pair."""
    pairs = [place.partition(":") for place in places]
    return Q(
        kind__in={kind for kind, _sep, _code in pairs},
        code__in={code for _kind, _sep, code in pairs},
        full__in=places,
    )


def _amount(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _load(keys: Collection[str], user: Any) -> dict[str, Shown]:
    bank = reverse("search:bank")
    return {
        key: Shown(title(criteria), f"{bank}?{key}", lang="")
        for key, criteria in read(keys).items()
        if key_of(criteria)
    }


def title(criteria: Criteria) -> str:
    """What it asks, in words: « vélo, Grenoble (38), preuve : niveau 3 au moins »."""
    asked = [criteria.text] if criteria.text else []
    return ", ".join([*asked, *(labels for _name, labels in criteria.groups())])


# --- new cards ----------------------------------------------------------------------------------
def match(cards: Sequence[int]) -> None:
    """Tell whoever follows a search that these new cards answer; each distinct search is asked
    once, however many follow it. Idempotent."""
    among = Initiative.objects.published().filter(pk__in=cards)
    answers: dict[int, list[str]] = defaultdict(list)
    for keys in _distinct():
        for key, criteria in read(keys).items():
            for pk in _found(criteria, among):
                answers[pk].append(key)
    for pk, matched in answers.items():
        following.found_by_search(pk, [(KIND, key) for key in matched])


def _found(criteria: Criteria, among: Any) -> list[int]:
    """Those of these cards that the bank would show for this search."""
    cards = criteria.cards().filter(pk__in=among.values("pk"))
    if not criteria.text:
        return list(cards.values_list("pk", flat=True))
    found = engine.search(criteria.text, allowed=cards, limit=None, why=False)
    return [hit.object_id for hit in found.hits]


def _distinct() -> Iterator[list[str]]:
    last = ""
    follows = Follow.objects.filter(kind=KIND).order_by("key").values_list("key", flat=True)
    while keys := list(follows.filter(key__gt=last).distinct()[:PAGE]):
        yield keys
        last = keys[-1]


def anyone_follows() -> bool:
    return Follow.objects.filter(kind=KIND).exists()


def register_kind() -> None:
    register(Subject(KIND, _("recherche"), _load, _("cette recherche"), normalise=normalise))
