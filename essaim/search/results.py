"""One page of the bank: which cards, in which order, and why each is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

from django.db.models import Q, QuerySet

from essaim.initiatives.models import Initiative, InitiativeQuerySet
from essaim.search import engine
from essaim.search.filters import ORDERS, Criteria, touching
from essaim.search.reasons import relations
from essaim.search.rows import Row

PAGE_SIZE = 20
# Below this many results on a territory, what answers the same words elsewhere is shown too.
FEW = 10


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    count: int  # cards that contain a word of the text; every card without a text
    by_meaning: int = 0
    corrected: str = ""
    number: int = 1
    size: int = PAGE_SIZE
    beyond: bool = False  # a page after the last was asked: this is the last
    elsewhere: list[Row] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.count + self.by_meaning

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total / self.size))


def find(criteria: Criteria, number: int = 1, *, size: int = PAGE_SIZE) -> Page:
    """The page of this number, or the last one where there are fewer."""
    page = _page(criteria, number, size)
    if number > page.pages:
        page = replace(_page(criteria, page.pages, size), beyond=True)
    elsewhere: list[Row] = []
    if criteria.text and criteria.territory and number == 1 and page.total < FEW:
        elsewhere = _elsewhere(criteria)
    return replace(page, rows=_related(criteria, page.rows), elsewhere=elsewhere)


def _page(criteria: Criteria, number: int, size: int) -> Page:
    start = (number - 1) * size
    if criteria.text:
        if criteria.order == "relevance":
            found = engine.search(
                criteria.text, allowed=allowed(criteria), limit=size, offset=start
            )
        else:
            found = _in_another_order(criteria, start, size)
        return Page(rows(found.hits), found.count, found.by_meaning, found.corrected, number, size)
    cards = criteria.cards()
    # Keys first, from the indexes alone: cards are large, and a late page skips thousands.
    keys = cards.order_by(*ORDERS[criteria.order]).values_list("pk", flat=True)
    shown = rows(engine.Hit(pk, 0.0) for pk in keys[start : start + size])
    return Page(shown, cards.count(), number=number, size=size)


def _in_another_order(criteria: Criteria, start: int, size: int) -> engine.Found:
    """The same results as by relevance, in the order asked; each with its reasons."""
    found, cards = _matching(criteria)
    shown = list(
        cards.order_by(*ORDERS[criteria.order]).values_list("pk", flat=True)[start : start + size]
    )
    among = Initiative.objects.filter(pk__in=shown)
    hits = {
        hit.object_id: hit for hit in engine.search(criteria.text, allowed=among, limit=size).hits
    }
    return replace(found, hits=[hits.get(pk, engine.Hit(pk, 0.0)) for pk in shown])


def _matching(criteria: Criteria) -> tuple[engine.Found, InitiativeQuerySet]:
    """The counts, and the cards: those that hold a word, and those found by meaning."""
    found = engine.search(
        criteria.text, allowed=allowed(criteria), limit=engine.MOST_RANKED, why=False
    )
    close = [hit.object_id for hit in found.hits if hit.by_meaning]
    words = engine.matching(criteria.text).values("object_id")
    return found, criteria.cards().filter(Q(pk__in=words) | Q(pk__in=close))


def allowed(criteria: Criteria) -> QuerySet[Any] | None:
    """What the engine may answer: None where every published card may (its fastest path)."""
    return criteria.keys() if criteria.is_filtered else None


def rows(hits: Iterable[engine.Hit]) -> list[Row]:
    """The cards of these hits, in their order; one that has just been withdrawn is left out."""
    hits = list(hits)
    shown = Initiative.objects.published().filter(pk__in=[hit.object_id for hit in hits])
    cards = {card.pk: card for card in shown.for_results()}
    return [
        Row(card, hit, list(card.territories.all()))
        for hit in hits
        if (card := cards.get(hit.object_id)) is not None
    ]


def _elsewhere(criteria: Criteria) -> list[Row]:
    """What answers the same words and filters on other territories, best first."""
    assert criteria.territory
    others = replace(criteria, territory=None).cards().exclude(pk__in=touching(criteria.territory))
    found = engine.search(criteria.text, allowed=others, limit=FEW)
    return _related(criteria, rows(found.hits))


def _related(criteria: Criteria, found: list[Row]) -> list[Row]:
    if not criteria.territory or not found:
        return found
    known = relations(criteria.territory, {row.card.pk: row.territories for row in found})
    return [replace(row, relation=known.get(row.card.pk)) for row in found]


def total(criteria: Criteria) -> int:
    """How many results this search has, words and meaning together."""
    if not criteria.text:
        return criteria.cards().count()
    found = engine.search(criteria.text, allowed=allowed(criteria), limit=1, why=False)
    return found.count + found.by_meaning


def keys(criteria: Criteria) -> Iterator[int]:
    """The key of every result, in the order of the pages; some megabytes for the whole bank."""
    if criteria.order == "relevance":
        found = engine.search(criteria.text, allowed=allowed(criteria), limit=None, why=False)
        return (hit.object_id for hit in found.hits)
    kept = _matching(criteria)[1] if criteria.text else criteria.cards()
    ordered = kept.order_by(*ORDERS[criteria.order]).values_list("pk", flat=True)
    return iter(list(ordered))
