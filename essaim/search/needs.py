"""Needs in the index: what it reads of them, and which are near a text.

Only those that members or everyone may read, and of their words what their page shows to all:
personal data are masked before anything is indexed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from essaim.needs.models import Need
from essaim.needs.reading import TITLE_LENGTH, mask, shorten
from essaim.search import actions, engine, sources, tasks
from essaim.search.sources import Kind, Source

KIND = "need"


def _public() -> QuerySet[Need]:
    return Need.objects.shared()


def _load(pks: Sequence[int]) -> Iterator[Source]:
    """In one query whatever their number."""
    for need in _public().filter(pk__in=pks).select_related("theme").order_by("pk"):
        text = mask(need.text)
        yield Source(
            object_id=need.pk,
            title=shorten(" ".join(text.split()), TITLE_LENGTH),
            sections=[each for each in (text, mask(need.for_whom), mask(need.tried)) if each],
            labels=[need.theme.name] if need.theme else [],
        )


def _themes(pks: Sequence[int]) -> dict[int, set[int]]:
    rows = Need.objects.filter(pk__in=pks, theme__isnull=False).values_list("pk", "theme")
    return {need: {theme} for need, theme in rows}


sources.register(Kind(KIND, _public, _load, _themes))


def index_needs(sender: Any, needs: Iterable[int], **kwargs: Any) -> None:
    """Words at once; meaning by a job that exists only if the transaction ends well. A need that
    is no longer open, or no longer shared, leaves the index."""
    pks = list(needs)
    if actions.index(KIND, pks):
        tasks.embed.defer(kind=KIND, object_ids=pks)


def answer(sender: Any, text: str, allowed: QuerySet[Need], limit: int, **kwargs: Any) -> list[int]:
    """The keys of the needs near this text, the closest first."""
    found = engine.search(text, kind=KIND, allowed=allowed, limit=limit, why=False)
    return [hit.object_id for hit in found.hits]
