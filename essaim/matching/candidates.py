"""Second step: the few that may answer, by words and by meaning (``search.engine``)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q

from essaim.calls.models import Call
from essaim.search import engine
from essaim.search.engine import Considered

from . import filters
from .question import Question


@dataclass(frozen=True)
class Candidate:
    found: Considered
    obj: Any  # the card, the scheme or the call

    @property
    def key(self) -> int:
        return self.found.object_id


def is_close(found: Considered) -> bool:
    """Whether it says something of the need at all: what only shares a common word does not."""
    return (found.cosine or 0.0) >= settings.MATCHING["close"] or found.share >= settings.MATCHING[
        "words"
    ]


def is_good(found: Considered) -> bool:
    """Close enough to be a good answer (``filters.good`` says the rest)."""
    if found.cosine is None:
        return found.share >= settings.MATCHING["good_words"]
    return found.cosine >= settings.MATCHING["good"]


def cards(question: Question) -> list[Candidate]:
    found = engine.consider(question.text, limit=settings.MATCHING["candidates"])
    close = [each for each in found if is_close(each)]
    rows = filters.cards([each.object_id for each in close]).for_list().in_bulk()
    return [Candidate(each, rows[each.object_id]) for each in close if each.object_id in rows]


def schemes(question: Question) -> list[Candidate]:
    found = engine.consider(question.text, kind="scheme", limit=settings.MATCHING["schemes"])
    close = [each for each in found if is_close(each)]
    rows = filters.schemes([each.object_id for each in close]).for_list().in_bulk()
    return [Candidate(each, rows[each.object_id]) for each in close if each.object_id in rows]


def calls(question: Question, cards: Collection[int]) -> list[Candidate]:
    """Those that speak of the need, and those that help to take up one of these cards, whatever
    their words."""
    found = engine.consider(question.text, kind="call", limit=settings.MATCHING["calls"])
    close = {each.object_id: each for each in found if is_close(each)}
    known = {each.object_id: each for each in found}
    wanted = Q(pk__in=close)
    if cards:
        helping = Call.initiatives.through.objects.filter(initiative__in=cards)
        wanted |= Q(pk__in=helping.values("call"))
    rows = filters.calls().filter(wanted).for_list().order_by("closes_at", "pk")
    limit = settings.MATCHING["calls"]
    return [
        Candidate(known.get(row.pk) or Considered(row.pk, None, 0.0, (), ""), row)
        for row in rows.prefetch_related("territories")[: 2 * limit]
    ]
