"""Why two people would meet: each reason has a weight, and words for the page.

All weights are ours. « Different organisations first »: colleagues meet only where nobody else is
left, which a tenth of the weight says.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from essaim.common.text import fold

SOUGHT, NEED, PROFILE, WORDS, ROLES, SHARED = (
    "sought", "need", "profile", "words", "roles", "shared",
)  # fmt: skip
WEIGHTS = {NEED: 4.0, SOUGHT: 3.0, PROFILE: 2.0, WORDS: 1.5, ROLES: 1.0, SHARED: 1.0}
COLLEAGUES = 0.1
# Of a person, the best that the solver looks at.
CANDIDATES = 12
# Who has something to do with whom, before anything is said.
PARTNERS = [
    {"holder", "adopter"},
    {"holder", "funder"},
    {"holder", "sponsor"},
    {"adopter", "funder"},
]
_WORD = re.compile(r"\w{5,}")
_EMPTY = {
    *("cherche", "chercher", "projet", "projets", "avoir", "notre", "votre", "autres", "aussi"),
    *("initiative", "initiatives", "territoire", "personnes", "comment", "mettre", "quelques"),
}


@dataclass(frozen=True)
class Person:
    key: int
    organisation: int | None = None
    profile: str = ""
    profiles_sought: frozenset[str] = frozenset()
    brings: str = ""
    seeks: str = ""
    themes_brought: frozenset[str] = frozenset()  # slugs
    themes_sought: frozenset[str] = frozenset()
    cards: frozenset[tuple[str, str]] = frozenset()  # theme of a card they bring, its title
    needs: frozenset[tuple[str, str]] = frozenset()  # theme of a need they have, its text
    brought_words: frozenset[str] = field(default=frozenset())
    sought_words: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True)
class Pair:
    one: int
    other: int
    score: float
    reasons: tuple[dict[str, Any], ...]


def words_of(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(text))) - _EMPTY


def reasons(one: Person, other: Person) -> list[dict[str, Any]]:
    """Heaviest first; « who » is the person who seeks, where it matters."""
    found: list[dict[str, Any]] = []
    for a, b in ((one, other), (other, one)):
        offered = {theme for theme, _title in b.cards} | b.themes_brought
        for theme, text in sorted(a.needs):
            if theme in offered:
                cards = sorted(title for of, title in b.cards if of == theme)
                found.append(
                    {"code": NEED, "who": a.key, "theme": theme, "about": (cards or [text])[0][:80]}
                )
        for theme in sorted(a.themes_sought & offered):
            found.append({"code": SOUGHT, "who": a.key, "theme": theme})
        if b.profile and b.profile in a.profiles_sought:
            found.append({"code": PROFILE, "who": a.key, "profile": b.profile})
        same = sorted(a.sought_words & b.brought_words)
        if same:
            found.append({"code": WORDS, "who": a.key, "about": ", ".join(same[:3])})
    if {one.profile, other.profile} in PARTNERS:
        found.append({"code": ROLES})
    for theme in sorted(one.themes_brought & other.themes_brought):
        found.append({"code": SHARED, "theme": theme})
    # One theme is one reason, said by its heaviest.
    seen: set[Any] = set()
    kept = []
    for each in sorted(found, key=lambda reason: -WEIGHTS[reason["code"]]):
        mark = (
            (each.get("theme"), each.get("who"))
            if "theme" in each
            else (each["code"], each.get("who"))
        )
        if mark not in seen:
            seen.add(mark)
            kept.append(each)
    return kept[:4]


def pairs(people: Sequence[Person], met: Container[frozenset[int]] = frozenset()) -> list[Pair]:
    """Those with a reason; the best of each person. ``met``: who meets, or met, already."""
    found = []
    for one, other in combinations(people, 2):
        if frozenset((one.key, other.key)) in met:
            continue
        why = reasons(one, other)
        if not why:
            continue
        score = sum(WEIGHTS[each["code"]] for each in why)
        if one.organisation is not None and one.organisation == other.organisation:
            score *= COLLEAGUES
        found.append(Pair(one.key, other.key, score, tuple(why)))
    return _best(found)


def _best(found: Iterable[Pair]) -> list[Pair]:
    taken: dict[int, int] = {}
    kept = []
    for pair in sorted(found, key=lambda each: (-each.score, each.one, each.other)):
        if min(taken.get(pair.one, 0), taken.get(pair.other, 0)) >= CANDIDATES:
            continue
        kept.append(pair)
        for key in (pair.one, pair.other):
            taken[key] = taken.get(key, 0) + 1
    return kept
