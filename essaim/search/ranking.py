"""The SQL of a question: documents that contain its words, passages close to its meaning.

Sets only, whatever their number: one query for the candidates, one for the reasons of those
shown. ``LATERAL (… OFFSET 0)`` keeps the planner to the index that each step is made for; it
knows nothing of the sizes met at run time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from essaim.search.question import Question

# Best documents by words, and closest passages, among which the fused score decides.
BY_WORDS = 100
BY_MEANING = 100
# With a filter, more passages are read, since some are not allowed.
BY_MEANING_FILTERED = 200
# Up to this many allowed objects, every passage of theirs is compared: exact, and faster than
# an index that walks past what is not allowed.
EXACT_UP_TO = 4000
# Looking up one word of one object costs as much as reading this many of the word's postings.
LOOKUP_COST = 6

# For the transaction of a question only. Sums of a whole collection fit in memory; compiling
# such short queries would cost more than running them.
SETTINGS = {"work_mem": "64MB", "jit": "off"}


@dataclass(frozen=True)
class Candidate:
    object_id: int
    bm25: float | None  # None: no word of the question in it
    cosine: float | None = None  # of its closest passage; None: none has its meaning yet


def prepare(allowed: QuerySet[Any] | None = None) -> None:
    """Settings of the current transaction."""
    settings = SETTINGS | {"hnsw.ef_search": str(passages_read(allowed))}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join("set_config(%s, %s, true)" for _ in settings),
            [value for setting in settings.items() for value in setting],
        )


def passages_read(allowed: QuerySet[Any] | None) -> int:
    return BY_MEANING if allowed is None else BY_MEANING_FILTERED


ASKED = "unnest(%(lexemes)s::bigint[], %(idf)s::float8[]) AS q(lexeme, idf)"
READ = """(SELECT object_id, weight FROM search_posting WHERE lexeme = q.lexeme OFFSET 0)"""
LOOKED_UP = """(SELECT weight FROM search_posting
    WHERE lexeme = q.lexeme AND object_id = a.id OFFSET 0)"""

WORDS = f"""words AS MATERIALIZED (
  SELECT p.object_id, sum(p.weight * q.idf) AS score
  FROM {ASKED} CROSS JOIN LATERAL {READ} p GROUP BY p.object_id)"""

# Of two branches the database runs the one whose condition holds: it knows it beforehand.
ALLOWED_WORDS = f"""allowed(id) AS MATERIALIZED (SELECT pk::int FROM ({{subquery}}) AS given(pk)),
size AS MATERIALIZED (SELECT count(*) AS n FROM allowed),
words AS MATERIALIZED (
  SELECT object_id, sum(part) AS score FROM (
    (SELECT a.id AS object_id, p.weight * q.idf AS part
     FROM allowed a CROSS JOIN {ASKED} CROSS JOIN LATERAL {LOOKED_UP} p
     WHERE (SELECT n <= %(look_up)s FROM size))
    UNION ALL
    (SELECT p.object_id, p.weight * q.idf
     FROM {ASKED} CROSS JOIN LATERAL {READ} p JOIN allowed a ON a.id = p.object_id
     WHERE (SELECT n > %(look_up)s FROM size))) AS parts
  GROUP BY object_id)"""

NEAREST = """(SELECT object_id FROM search_passage
    WHERE kind = %(kind)s AND embedding IS NOT NULL
    ORDER BY embedding <#> %(vector)s::halfvec LIMIT %(by_meaning)s)"""

NEAR = f"near AS MATERIALIZED (SELECT DISTINCT object_id FROM {NEAREST} AS n)"

ALLOWED_NEAR = f"""near AS MATERIALIZED (
  SELECT DISTINCT object_id FROM (
    (SELECT a.id AS object_id
     FROM allowed a CROSS JOIN LATERAL (SELECT embedding FROM search_passage
       WHERE kind = %(kind)s AND object_id = a.id AND embedding IS NOT NULL OFFSET 0) p
     WHERE (SELECT n <= %(exact)s FROM size)
     ORDER BY p.embedding <#> %(vector)s::halfvec LIMIT %(by_meaning)s)
    UNION ALL
    (SELECT n.object_id FROM {NEAREST} n JOIN allowed a ON a.id = n.object_id
     WHERE (SELECT n > %(exact)s FROM size))) AS either)"""

# The few that are near are looked up: hashing all that contain a word would cost more.
CANDIDATES = f"""best AS MATERIALIZED (
  SELECT object_id, score FROM words ORDER BY score DESC, object_id LIMIT %(by_words)s),
found AS (
  SELECT object_id, score FROM best
  UNION ALL
  SELECT n.object_id, (SELECT sum(p.weight * q.idf) FROM {ASKED}
    CROSS JOIN LATERAL (SELECT weight FROM search_posting
      WHERE lexeme = q.lexeme AND object_id = n.object_id OFFSET 0) p)
  FROM near n WHERE n.object_id NOT IN (SELECT object_id FROM best))
SELECT f.object_id, f.score,
  (SELECT -min(p.embedding <#> %(vector)s::halfvec) FROM search_passage p
   WHERE p.kind = %(kind)s AND p.object_id = f.object_id),
  (SELECT count(*) FROM words)
FROM found f"""

BEST = """SELECT object_id, score, NULL, (SELECT count(*) FROM words)
FROM words ORDER BY score DESC, object_id LIMIT %(by_words)s"""

REST = """SELECT object_id, score FROM words WHERE object_id <> ALL(%(ranked)s)
ORDER BY score DESC, object_id OFFSET %(skipped)s LIMIT %(rows)s"""


def candidates(
    question: Question, vector: Sequence[float] | None, allowed: QuerySet[Any] | None
) -> tuple[int, list[Candidate]]:
    """How many documents contain a word, and the best of them and of the closest."""
    parts, parameters = _words(question, allowed)
    if vector is None:
        query = f"WITH {parts} {BEST}"
    else:
        near = NEAR if allowed is None else ALLOWED_NEAR
        query = f"WITH {parts}, {near}, {CANDIDATES}"
    parameters |= {
        "vector": None if vector is None else literal(vector),
        "by_words": BY_WORDS,
        "by_meaning": passages_read(allowed),
        "exact": EXACT_UP_TO,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        rows = cursor.fetchall()
    return (rows[0][3] if rows else 0), [Candidate(*row[:3]) for row in rows]


def beyond(
    question: Question,
    allowed: QuerySet[Any] | None,
    ranked: Sequence[int],
    skipped: int,
    rows: int | None,
) -> list[Candidate]:
    """Documents that contain a word, those ``ranked`` already left out, by words."""
    parts, parameters = _words(question, allowed)
    parameters |= {"ranked": list(ranked), "skipped": skipped, "rows": rows}
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {parts} {REST}", parameters)
        return [Candidate(*row) for row in cursor.fetchall()]


def _words(question: Question, allowed: QuerySet[Any] | None) -> tuple[str, dict[str, Any]]:
    """The part of a query that says who contains what, and its parameters."""
    parameters: dict[str, Any] = {
        "kind": question.kind,
        "lexemes": question.lexemes,
        "idf": [word.idf for word in question.words],
    }
    if allowed is None:
        return WORDS, parameters
    try:
        sql, given = keys(allowed).query.sql_with_params()
    except EmptyResultSet:
        sql, given = "SELECT NULL::int WHERE false", ()
    names = [f"allowed_{number}" for number in range(len(given))]
    parameters |= dict(zip(names, given, strict=True))
    subquery = sql.replace("%%", "%%%%") % tuple(f"%({name})s" for name in names)
    postings = sum(word.documents for word in question.words)
    parameters["look_up"] = postings // (LOOKUP_COST * max(1, len(question.words)))
    return ALLOWED_WORDS.replace("{subquery}", subquery), parameters


def keys(allowed: QuerySet[Any]) -> QuerySet[Any]:
    return allowed.order_by().values("pk")


def literal(vector: Sequence[float]) -> str:
    """As PostgreSQL reads it; four digits are what half precision keeps."""
    return "[" + ",".join(f"{value:.4g}" for value in vector) + "]"


# The title is shown anyway: position 0 is left out.
REASONS = """SELECT o.id,
  ARRAY(SELECT lexeme FROM search_posting
        WHERE lexeme = ANY(%(lexemes)s) AND object_id = o.id),
  (SELECT p.text FROM search_passage p
   WHERE %(vector)s::text IS NOT NULL AND p.kind = %(kind)s AND p.object_id = o.id
     AND p.position > 0 AND p.embedding IS NOT NULL
   ORDER BY p.embedding <#> %(vector)s::halfvec LIMIT 1)
FROM unnest(%(objects)s::int[]) AS o(id)"""


def reasons(
    question: Question, vector: Sequence[float] | None, objects: Sequence[int]
) -> dict[int, tuple[set[int], str]]:
    """Of each object, which lexemes of the question it holds, and its closest passage."""
    with connection.cursor() as cursor:
        cursor.execute(
            REASONS,
            {
                "lexemes": question.lexemes,
                "kind": question.kind,
                "objects": list(objects),
                "vector": None if vector is None else literal(vector),
            },
        )
        return {row[0]: (set(row[1]), row[2] or "") for row in cursor.fetchall()}
