"""Needs in the index, and those that a card answers.

Each need is read with its visibility at every question: the index holds them all, private ones
of one person excepted, and is never asked without those that the reader may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from essaim.initiatives.models import Initiative
from essaim.needs.models import Need
from essaim.search import actions, encoder, ranking, sources, tasks
from essaim.search.engine import CLOSE
from essaim.search.sources import Kind, Source

KIND = "need"
# The needs closest to a card: more would be less and less about it.
MOST = 300
# As much of a card as says what it answers.
READ = 1200


# --- the index ---------------------------------------------------------------------------
def _indexed() -> QuerySet[Need]:
    """Those that somebody else than their author may read."""
    return Need.objects.exclude(visibility=Need.Visibility.PRIVATE)


def _load(pks: Sequence[int]) -> Iterator[Source]:
    for pk, text in _indexed().filter(pk__in=pks).order_by("pk").values_list("pk", "text"):
        yield Source(object_id=pk, title="", sections=[text])


def _themes(pks: Sequence[int]) -> dict[int, set[int]]:
    rows = _indexed().filter(pk__in=pks, theme__isnull=False).values_list("pk", "theme")
    return {pk: {theme} for pk, theme in rows if theme is not None}


def register() -> None:
    sources.register(Kind(KIND, _indexed, _load, _themes))


def on_need_saved(sender: Any, needs: Iterable[int], **kwargs: Any) -> None:
    """Words at once; meaning by a job that exists only if the transaction ends well."""
    pks = list(needs)
    if actions.index(KIND, pks):
        tasks.embed.defer(kind=KIND, object_ids=pks)


def on_need_removed(sender: Any, needs: Iterable[int], **kwargs: Any) -> None:
    actions.remove(KIND, needs)


# --- the question ------------------------------------------------------------------------
@dataclass(frozen=True)
class Answered:
    """A need that the card answers, where it is stated, and how close the two are (0 to 1)."""

    need: int
    territory: int
    closeness: float


CLOSEST = """
SELECT passage.object_id, max(-(passage.embedding <#> %(vector)s::halfvec)) AS closeness
  FROM unnest(%(needs)s::int[]) AS asked(id)
  JOIN search_passage AS passage ON passage.kind = %(kind)s AND passage.object_id = asked.id
 WHERE passage.embedding IS NOT NULL
 GROUP BY passage.object_id
HAVING max(-(passage.embedding <#> %(vector)s::halfvec)) >= %(close)s
 ORDER BY closeness DESC, passage.object_id LIMIT %(most)s
"""


def answered_by(card: Initiative, reader: Any) -> list[Answered]:
    """Needs stated for a territory that this reader may see and whose meaning is as close to the
    card's as the search asks of what it shows for its meaning alone; the closest first."""
    visible = dict(
        Need.objects.visible_to(reader)
        .filter(territory__isnull=False)
        .order_by()
        .values_list("pk", "territory")
    )
    vector = encoder.encode_query(text_of(card)) if visible else None
    if vector is None:
        return []
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        ranking.prepare()
        cursor.execute(
            CLOSEST,
            {
                "vector": ranking.literal(vector),
                "needs": list(visible),
                "kind": KIND,
                "close": CLOSE,
                "most": MOST,
            },
        )
        rows = cursor.fetchall()
    return [Answered(pk, visible[pk], min(1.0, float(close))) for pk, close in rows]


def text_of(card: Initiative) -> str:
    """What the card answers: its need as it says it, else its summary."""
    return f"{card.title}. {card.need or card.summary}"[:READ]
