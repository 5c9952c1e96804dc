"""A text among schemes: ranked by the index of the floor above, which is asked by a signal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from essaim.schemes.models import Scheme, SchemeQuerySet
from essaim.schemes.signals import schemes_searched


@dataclass(frozen=True)
class Found:
    pks: list[int]  # of this page, the best first
    count: int  # those that contain a word
    by_meaning: int = 0  # others, proposed for their meaning alone

    @property
    def total(self) -> int:
        return self.count + self.by_meaning


def find(text: str, allowed: SchemeQuerySet, *, limit: int | None, offset: int = 0) -> Found:
    """The page ``offset``…``offset + limit`` of the schemes of ``allowed`` that answer a text;
    without ``limit``, all of them."""
    answers = schemes_searched.send(
        sender=Scheme, text=text, allowed=allowed, limit=limit, offset=offset
    )
    for _receiver, answer in answers:
        pks, count, by_meaning = cast(tuple[list[int], int, int], answer)
        return Found(list(pks), count, by_meaning)
    # Nobody indexes schemes: every word must be there.
    plain = allowed.containing(text)
    page = plain.order_by("sort_title", "pk").values_list("pk", flat=True)
    stop = None if limit is None else offset + limit
    return Found(list(page[offset:stop]), plain.count())


def answering(text: str, allowed: SchemeQuerySet) -> SchemeQuerySet:
    """The same schemes as the list shows, for a map, a calendar or a file; all of ``allowed``
    where nothing is asked."""
    return allowed.filter(pk__in=find(text, allowed, limit=None).pks) if text else allowed
