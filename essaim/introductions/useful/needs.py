"""The needs that a card answers.

The index holds those that are open and shared; each is read with its visibility at every
question, which is never asked without those that the reader may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from essaim.initiatives.models import Initiative
from essaim.needs.models import Need
from essaim.search import encoder, ranking
from essaim.search.engine import CLOSE
from essaim.search.needs import KIND

# The needs closest to a card: more would be less and less about it.
MOST = 300
# As much of a card as says what it answers.
READ = 1200


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
