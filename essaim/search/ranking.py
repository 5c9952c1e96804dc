"""Candidates of a question: documents that contain its words, passages close to its meaning.

Words are summed by arrays (wordlists.py), meaning is compared by the database: one query for
the closest passages, one for the reasons of those shown. ``LATERAL (… OFFSET 0)`` keeps the
planner to the index that each step is made for; it knows nothing of the sizes met at run time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from essaim.search import wordlists
from essaim.search.question import Question

# Best documents by words, and closest passages, among which the fused score decides.
BY_WORDS = 100
BY_MEANING = 100
# With a filter, more passages are read, since some are not allowed.
BY_MEANING_FILTERED = 200
# Up to this many allowed objects, every passage of theirs is compared: exact, and faster than
# an index that walks past what is not allowed.
EXACT_UP_TO = 4000
# The same for a bank as small as this asked whole: its index, not yet large, would also be the one
# that texts rewritten or undone fill most, until the table is vacuumed.
EXACT_BANK = 500


@dataclass(frozen=True)
class Candidate:
    object_id: int
    bm25: float | None  # None: no word of the question in it
    cosine: float | None = None  # of its closest passage; None: none has its meaning yet


# Where pgvector can (0.8), the index goes on when what it met first stands there no more: texts
# rewritten often would otherwise hide those close to them until the table is vacuumed.
PREPARE = """SELECT set_config('jit', 'off', true), set_config('hnsw.ef_search', %s, true),
  (SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true) FROM pg_extension
   WHERE extname = 'vector' AND string_to_array(extversion, '.')::int[] >= '{0,8}')"""


def prepare(allowed: QuerySet[Any] | None = None) -> None:
    """Settings for the transaction of a question only: compiling such short queries would cost
    more than running them."""
    with connection.cursor() as cursor:
        cursor.execute(PREPARE, [str(passages_read(filtered=allowed is not None))])


def passages_read(*, filtered: bool) -> int:
    return BY_MEANING_FILTERED if filtered else BY_MEANING


NEAREST = """SELECT object_id, embedding <#> %(vector)s::halfvec AS distance
    FROM search_passage
    WHERE kind = %(kind)s AND embedding IS NOT NULL
    ORDER BY embedding <#> %(vector)s::halfvec LIMIT %(by_meaning)s"""

# Adding nothing keeps the planner from the index of meaning, which is not made for a few objects.
NEAREST_OF_ALL = """SELECT object_id, (embedding <#> %(vector)s::halfvec) + 0 AS distance
    FROM search_passage
    WHERE kind = %(kind)s AND embedding IS NOT NULL
    ORDER BY distance LIMIT %(by_meaning)s"""

NEAREST_AMONG = """SELECT object_id, (embedding <#> %(vector)s::halfvec) + 0 AS distance
    FROM search_passage
    WHERE kind = %(kind)s AND object_id = ANY(%(among)s::int[]) AND embedding IS NOT NULL
    ORDER BY distance LIMIT %(by_meaning)s"""

# The closest passage of an object that is near is the first of its own among the nearest: only
# the best by words that are not near are compared passage by passage.
CLOSENESS = """WITH near AS MATERIALIZED (
    SELECT object_id, -min(distance) FROM ({near}) AS n GROUP BY object_id)
SELECT * FROM near
UNION ALL
SELECT f.object_id,
  (SELECT -min(p.embedding <#> %(vector)s::halfvec) FROM search_passage p
   WHERE p.kind = %(kind)s AND p.object_id = f.object_id)
FROM unnest(%(best)s::int[]) AS f(object_id)
WHERE f.object_id NOT IN (SELECT object_id FROM near)"""


@dataclass(frozen=True)
class Matched:
    """Documents that contain words of a question, among those where it is asked (None: all)."""

    matches: wordlists.Matches
    among: wordlists.Ids | None


def match(question: Question, allowed: QuerySet[Any] | None) -> Matched:
    among = None if allowed is None else objects(allowed)
    return Matched(_matches(question, among), among)


def candidates(
    question: Question, matched: Matched, vector: Sequence[float] | None
) -> tuple[int, list[Candidate]]:
    """How many documents contain a word, and the best of them and of the closest."""
    matches, among = matched.matches, matched.among
    best = matches.best(BY_WORDS)
    if vector is None:
        return len(matches), [Candidate(object_id, score) for object_id, score in best]
    if among is not None and len(among) <= EXACT_UP_TO:
        near = NEAREST_AMONG
    elif question.documents is not None and question.documents <= EXACT_BANK:
        near = NEAREST_OF_ALL
    else:
        near = NEAREST
    parameters = {
        "kind": question.kind,
        "vector": literal(vector),
        "best": [object_id for object_id, _score in best],
        "among": among.tolist() if among is not None and near is NEAREST_AMONG else [],
        "by_meaning": passages_read(filtered=among is not None),
    }
    with connection.cursor() as cursor:
        cursor.execute(CLOSENESS.replace("{near}", near), parameters)
        rows: list[tuple[int, float | None]] = cursor.fetchall()
    if among is not None:
        permitted = set(among[np.isin(among, [object_id for object_id, _c in rows])].tolist())
        rows = [row for row in rows if row[0] in permitted]
    scored = dict(best)
    return len(matches), [
        Candidate(object_id, scored.get(object_id) or matches.score(object_id), cosine)
        for object_id, cosine in rows
    ]


def beyond(
    question: Question,
    allowed: QuerySet[Any] | None,
    ranked: Sequence[int],
    skipped: int,
    rows: int | None,
) -> list[Candidate]:
    """Documents that contain a word, those ``ranked`` already left out, by words."""
    matches = _matches(question, None if allowed is None else objects(allowed))
    return [Candidate(*pair) for pair in matches.rest(ranked, skipped, rows)]


def count(question: Question, allowed: QuerySet[Any] | None) -> int:
    """How many documents contain a word of the question."""
    return len(_matches(question, None if allowed is None else objects(allowed)))


def objects(allowed: QuerySet[Any]) -> wordlists.Ids:
    """The keys among which to search, ascending, each once."""
    try:
        sql, given = keys(allowed).query.sql_with_params()
    except EmptyResultSet:
        sql, given = "SELECT NULL::int WHERE false", ()
    # Sorted, then each once: ``np.unique`` hashes whole numbers, ten times slower for those.
    found = np.sort(wordlists.keys(sql, given))
    return found[np.concatenate(([True], found[1:] != found[:-1]))] if found.size else found


def _matches(question: Question, among: wordlists.Ids | None) -> wordlists.Matches:
    return wordlists.match(question.lexemes, [word.idf for word in question.words], among)


def keys(allowed: QuerySet[Any]) -> QuerySet[Any]:
    given = allowed.order_by()
    return given if given.query.values_select else given.values("pk")


def literal(vector: Sequence[float]) -> str:
    """As PostgreSQL reads it; four digits are what half precision keeps."""
    return "[" + ",".join(f"{value:.4g}" for value in vector) + "]"


# The title is shown anyway: position 0 is left out. Adding nothing, as above: of an object's few
# passages, the closest is always found, however full of rows undone the index is.
CLOSEST_TEXT = """SELECT o.id,
  (SELECT p.text FROM search_passage p
   WHERE p.kind = %(kind)s AND p.object_id = o.id
     AND p.position > 0 AND p.embedding IS NOT NULL
   ORDER BY (p.embedding <#> %(vector)s::halfvec) + 0 LIMIT 1)
FROM unnest(%(objects)s::int[]) AS o(id)"""


def reasons(
    question: Question,
    matched: Matched,
    vector: Sequence[float] | None,
    objects: Sequence[int],
) -> dict[int, tuple[set[int], str]]:
    """Of each object, which lexemes of the question it holds, and its closest passage."""
    words = matched.matches.words(objects)
    texts: dict[int, str | None] = {}
    if vector is not None and words:
        with connection.cursor() as cursor:
            cursor.execute(
                CLOSEST_TEXT,
                {"kind": question.kind, "objects": list(words), "vector": literal(vector)},
            )
            texts = dict(cursor.fetchall())
    return {object_id: (held, texts.get(object_id) or "") for object_id, held in words.items()}
