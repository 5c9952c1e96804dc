"""Cards as all may read them: the format of imports, without contact nor what was left aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from essaim.harvest.models import Item
from essaim.initiatives.interchange.light import light_cards
from essaim.initiatives.interchange.record import to_record
from essaim.initiatives.models import Initiative
from essaim.themes.matching import Vocabulary

from .common import api, day, masked, site

CHUNK = 500
META = "_meta"


@cache
def _path() -> str:
    """Of the pages of cards; asking the router for each of a hundred would be felt."""
    return reverse("initiatives:detail", args=["x"]).removesuffix("x")


def page_of(slug: str) -> str:
    return site(_path() + slug)


def given_by(keys: Iterable[int]) -> dict[int, list[dict[str, str]]]:
    """Of the cards that sources give: which, under which identifier, where; in one query."""
    found: dict[int, list[dict[str, str]]] = {}
    rows = Item.objects.filter(card__in=keys).order_by("pk")
    for key, *row in rows.values_list("card", "source__name", "identifier", "link", "state"):
        told = dict(zip(("source", "identifier", "url", "state"), row, strict=True))
        found.setdefault(key, []).append(masked(told))
    return found


def record(
    card: Any,
    vocabulary: Vocabulary,
    *,
    whole: bool = False,
    harvested: list[dict[str, str]] | None = None,
) -> dict[str, Any]:
    """One card; reads what ``with_everything`` or ``light_cards`` loaded. ``whole``: for who
    writes it; ``harvested``: of ``given_by``."""
    if not whole:
        # Kept word for word for the export of managers; never read by anybody before it leaves.
        card.unmatched = {}
    found = to_record(card, vocabulary)
    if not whole:
        found.pop("contact", None)
        found = masked(found)
    found[META] = {
        "slug": card.slug,
        "url": page_of(card.slug),
        "api_url": api(f"initiatives/{card.slug}"),
        "publication": card.publication,
        "phase": card.phase,
        "proof_level": card.proof_level,
        "version": card.version,
        "published_at": day(card.published_at),
        "updated_at": day(card.updated_at),
        "harvested": harvested or [],
    }
    return found


def records(keys: Iterable[int], cards: QuerySet[Initiative]) -> list[dict[str, Any]]:
    """The cards of these keys, in their order; a constant number of queries."""
    wanted = list(keys)
    given = given_by(wanted)
    vocabulary = Vocabulary.load()
    known = light_cards(cards, wanted)
    return [
        record(known[key], vocabulary, harvested=given.get(key)) for key in wanted if key in known
    ]


def everything() -> Iterator[dict[str, Any]]:
    """Every published card, by key, in constant memory."""
    published = Initiative.objects.published()
    last = 0
    while keys := list(
        published.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]
    ):
        yield from records(keys, published)
        last = keys[-1]
