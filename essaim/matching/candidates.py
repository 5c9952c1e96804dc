"""Second step: the few that may answer, by words and by meaning (``search.engine``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from essaim.search import engine
from essaim.search.engine import Considered

from . import filters
from .question import Question


@dataclass(frozen=True)
class Candidate:
    found: Considered
    obj: Any  # the card or the scheme

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
