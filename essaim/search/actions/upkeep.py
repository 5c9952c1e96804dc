"""What jobs do after the changes: meaning of the passages, counts, weights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models.functions import Now

from essaim.search import bm25, encoder
from essaim.search.actions.documents import BATCH, tell_changed
from essaim.search.models import Change, Collection, Document, Passage
from essaim.search.ranking import literal

EMBED_BATCH = 256
# Weights are computed anew once the mean length has moved by this share.
DRIFT = 0.1


def embed(object_ids: Iterable[int] | None = None, kind: str = "initiative") -> int:
    """Give their meaning to passages that wait for it (all of them by default).

    In batches, each its own transaction: may be interrupted and run again. Returns how many
    were embedded; 0 also where there is no encoder.
    """
    waiting = Passage.objects.filter(kind=kind, embedding__isnull=True)
    if object_ids is not None:
        waiting = waiting.filter(object_id__in=list(object_ids))
    total = 0
    while part := list(waiting.order_by("object_id", "position")[:EMBED_BATCH]):
        model = encoder.get_encoder()
        if model is None:
            break
        vectors = model.encode([passage.text for passage in part])
        with connection.cursor() as cursor:
            # The text is compared again: a card saved meanwhile has its own job.
            cursor.execute(
                "UPDATE search_passage p SET embedding = given.embedding::halfvec"
                " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS given(id, text, embedding)"
                " WHERE p.id = given.id AND p.text = given.text",
                [
                    [passage.pk for passage in part],
                    [passage.text for passage in part],
                    [literal(vector) for vector in vectors],
                ],
            )
        total += len(part)
    return total


def compact_counts() -> None:
    """Add up the differences that changes have left, one row for each word."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH many AS (SELECT lexeme FROM search_lexemecount GROUP BY lexeme"
            " HAVING count(*) > 1 OR sum(documents) = 0),"
            " gone AS (DELETE FROM search_lexemecount c USING many"
            " WHERE c.lexeme = many.lexeme RETURNING c.lexeme, c.text, c.documents, c.length)"
            " INSERT INTO search_lexemecount (lexeme, text, documents, length)"
            " SELECT lexeme, max(text), sum(documents), sum(length)"
            " FROM gone GROUP BY lexeme HAVING sum(documents) <> 0"
        )


def forget_changes() -> None:
    """Drop what no copy can need any more (wordlists.OLDEST is far shorter)."""
    Change.objects.filter(at__lt=Now() - dt.timedelta(days=1)).delete()


def refresh_weights(kind: str, drift: float = DRIFT) -> int:
    """Compute weights anew where the mean length has moved by more than ``drift``.

    New documents take the new mean at once; the others follow in batches, each its own
    transaction, so that nobody waits. Returns how many documents were changed.
    """
    _documents, mean = bm25.totals(kind)
    in_use = Collection.objects.filter(pk=kind).values_list("mean_length", flat=True).first()
    if mean and in_use and abs(mean / in_use - 1) > drift:
        Collection.objects.filter(pk=kind).update(mean_length=mean)
        in_use = mean
    total = 0
    while in_use and (changed := _refresh_batch(kind, in_use)):
        total += changed
    return total


def _refresh_batch(kind: str, mean: float) -> int:
    with transaction.atomic():
        stale = Document.objects.filter(kind=kind).exclude(mean_length=mean)
        found = dict(
            stale.select_for_update(skip_locked=True)
            .order_by("pk")
            .values_list("pk", "object_id")[:BATCH]
        )
        documents = list(found)
        if documents:
            tell_changed(list(found.values()))
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE search_posting p SET weight = p.frequency * (%(k1)s + 1)"
                    " / (p.frequency + %(k1)s * (1 - %(b)s + %(b)s * d.length / %(mean)s))"
                    " FROM (SELECT object_id, length, unnest(lexemes) AS lexeme"
                    " FROM search_document WHERE id = ANY(%(documents)s)) d"
                    " WHERE p.lexeme = d.lexeme AND p.object_id = d.object_id",
                    {"k1": bm25.K1, "b": bm25.B, "mean": mean, "documents": documents},
                )
            Document.objects.filter(pk__in=documents).update(mean_length=mean)
    return len(documents)
