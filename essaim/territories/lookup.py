"""Find a territory by what people type: part of a name, a postal code, an official code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from essaim.common.text import fold

from .models import KINDS, Territory, TerritoryQuerySet, Zoning
from .resolve import resolve_territory

LONGEST = 150  # characters of a query worth reading
WORDS = 8  # words of a query worth reading
CHOICES = 30  # namesakes offered at most
# Between equals, the smallest first: « Paris » is the commune before the department.
_KIND_ORDER = {kind: order for order, kind in enumerate(reversed(KINDS))}
_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_PLACED = re.compile(r"(?P<name>.*\S)\s*\((?P<where>[^()]+)\)")


@dataclass(frozen=True)
class Match:
    """What a text designates: one territory, or those a person must choose from, or none."""

    territory: Territory | None
    candidates: list[Territory] = field(default_factory=list)
    note: str | None = None


def search(
    text: str, *, kinds: Sequence[str] = (), within: Territory | None = None, limit: int = 10
) -> list[Territory]:
    """At most `limit` territories offered to a person who typed `text`, best first.

    Same name or code, then names that begin with the text, then by population. Words may be
    incomplete, in any order, with accents or none; names close to the text are tried when
    nothing contains its words; all of them `within` a territory, where one is given. Four queries
    at most.
    """
    words = _words(text)
    offered = _offered(kinds, within)
    return _containing(words, offered, limit) or _close(words, offered, limit)


def designate(text: str, *, kinds: Sequence[str] = ()) -> Match:
    """What a person meant: certain when one territory alone fits, else a choice.

    « Grenoble », « 38185 », « commune:38185 » and « Saint-Denis (93) » are certain;
    « Saint-Denis » is a choice; so is a name that was misspelt.
    """
    words = _words(text)
    if not words:
        return Match(None)
    if ":" in text:
        resolution = resolve_territory(text)
        found = resolution.territory
        if found and not (kinds and found.kind not in kinds):
            return Match(found, note=resolution.note)
    named = _named(text, words, kinds)
    found_by = named or _containing(words, _offered(kinds), CHOICES)
    if len(found_by) == 1:
        return Match(found_by[0])
    return Match(None, found_by or _close(words, _offered(kinds), limit=10))


def designate_all(lines: Sequence[str], *, kinds: Sequence[str] = ()) -> dict[str, Match]:
    """What each line designates; one query for the lines that are labels, as a form sends back."""
    labels = {fold(line): line for line in lines}
    names = {fold(m["name"]) if (m := _PLACED.fullmatch(line)) else fold(line) for line in lines}
    found: dict[str, list[Territory]] = {}
    for territory in _offered(kinds).filter(sort_name__in=names).for_list():
        found.setdefault(labels.get(fold(territory.label), ""), []).append(territory)
    return {
        line: Match(found[line][0])
        if len(found.get(line, [])) == 1
        else designate(line, kinds=kinds)
        for line in lines
    }


def kind_names(needed: Iterable[str] | None = None) -> dict[str, str]:
    """Kinds, official or loaded, as people read them; one query, none if all needed are official."""
    names = {kind: str(name) for kind, name in KINDS.items()}
    if needed is not None and names.keys() >= set(needed):
        return names
    return dict(Zoning.objects.values_list("slug", "name")) | names


def _words(text: str) -> list[str]:
    """Folded words; « St-Denis » is read as « Saint-Denis »."""
    words = fold(text[:LONGEST]).split()[:WORDS]
    last = len(words) - 1
    return [_ABBREVIATIONS.get(w, w) if place < last else w for place, w in enumerate(words)]


def _offered(kinds: Sequence[str], within: Territory | None = None) -> TerritoryQuerySet:
    offered = Territory.objects.offered()
    if within is not None:
        offered = offered.within(within)
    return offered.filter(kind__in=kinds) if kinds else offered


def _named(text: str, words: Sequence[str], kinds: Sequence[str]) -> list[Territory]:
    """Territories that the text names in full: by label, name of today or before, or code."""
    folded = " ".join(words)
    placed = _PLACED.fullmatch(text.strip())
    name = " ".join(_words(placed["name"])) if placed else folded
    names = {name, folded, fold(text[:LONGEST])} - {""}
    condition = Q(sort_name__in=names)
    for each in names:
        condition |= Q(search_text__contains=f"| {each} |")
    code = re.sub(r"\s", "", text[:LONGEST]).upper()
    if code.isascii() and code.isalnum() and any(c.isdigit() for c in code):
        condition |= Q(code=code)
        if len(code) >= 5:  # a postal code, a SIREN, the code of a former commune
            condition |= Q(search_text__contains=f" {code.lower()} ")
    found = sorted(_offered(kinds).filter(condition).for_list(), key=_by_size)
    exact = [t for t in found if fold(t.label) in {folded, fold(text)}]
    if len(exact) == 1:
        return exact
    if placed:  # « Grenoble (38000) »: the parenthesis chooses among namesakes
        where = fold(placed["where"])
        found = [t for t in found if f" {where}" in f"{t.search_text} {fold(t.label)} "]
    return found[:CHOICES]


def _containing(words: Sequence[str], offered: TerritoryQuerySet, limit: int) -> list[Territory]:
    """Best first: the name or code itself, then what begins so, then what holds every word.

    Three short queries rather than one: each can walk an index in the order it needs, and a
    broad beginning (« sa ») stops at the first.
    """
    if not words:
        return []
    folded = " ".join(words)
    code = folded.upper().replace(" ", "")
    same = offered.filter(Q(sort_name=folded) | Q(code=code)).for_list()
    found = sorted(same, key=_by_size)
    begins = Q(sort_name__startswith=folded)
    if folded[0].isdigit():
        # Whoever types digits has a commune's code in hand more often than a SIREN.
        begins = Q(kind="commune", search_text__contains=f" {folded}")
    # One name in eight begins by « Saint »: there the index of populations is the shorter way.
    order = _BY_POPULATION if "saint".startswith(folded) else _AMONG_FEW
    holds = Q()
    for word in words:
        holds &= Q(search_text__contains=f" {word}")
    name = list(takewhile(str.isalpha, words))
    if 0 < len(name) < len(words):  # « Saint-Denis (93) »: a name, then what tells it apart
        begins = holds & Q(sort_name__startswith=" ".join(name))
    # Too many words begin by the same two letters.
    steps = [(begins, order), (holds, _AMONG_FEW)] if len(folded) > 2 else [(begins, order)]
    for condition, order in steps:
        if len(found) < limit:
            more = offered.filter(condition).exclude(pk__in=[t.pk for t in found])
            found += more.for_list().order_by(order, "sort_name")[: limit - len(found)]
    return found[:limit]


_BY_POPULATION = F("population").desc(nulls_last=True)
# The same order, hidden from the planner: where few rows are expected, walking the whole
# index of populations to find them costs more than sorting them.
_AMONG_FEW = Coalesce("population", -1).desc()


def _by_size(territory: Territory) -> tuple[bool, int, int, str]:
    """Largest first; between equals, « Paris » the commune before the department."""
    return (
        territory.population is None,
        -(territory.population or 0),
        _KIND_ORDER.get(territory.kind, len(_KIND_ORDER)),
        territory.code,
    )


def _close(words: Sequence[str], offered: TerritoryQuerySet, limit: int) -> list[Territory]:
    """Names that resemble it: a letter missing, doubled or swapped, the first one excepted."""
    folded = " ".join(words)
    if len(folded) < 4 or folded.replace(" ", "").isdigit():
        return []
    found = (
        offered.filter(sort_name__startswith=folded[0])
        .annotate(likeness=TrigramSimilarity("sort_name", folded))
        .filter(likeness__gt=0.4)
        .order_by("-likeness", _BY_POPULATION, "sort_name", "code")
    )
    return list(found[:limit])
