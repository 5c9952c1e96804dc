"""One question, one ranked answer: words (BM25) and meaning (passages), fused.

The public face of the search: pages, exports and commands call these functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Avg, QuerySet

from essaim.search import encoder, ranking, sources
from essaim.search.models import Document, Passage, Posting
from essaim.search.question import Question, ask, to_encode
from essaim.search.ranking import Candidate, Matched
from essaim.search.text import words

# Half words, half meaning (measured: docs/performance.md).
MEANING_SHARE = 0.5
# A document found by meaning alone is shown from here on: three questions in four that a bank can
# answer have an answer this close, one in ten that it cannot. More is asked where no word of the
# question is known.
CLOSE = 0.30
CLOSE_WITHOUT_WORDS = 0.33
# No more than these are ranked by both: what is found by meaning alone is among them.
MOST_RANKED = ranking.BY_WORDS + ranking.BY_MEANING_FILTERED
# The opening of a document (title, summary, first text) tells what it is about.
OPENING = 3
# What themes in common add to a likeness, at most.
THEMES_SHARE = 0.1


@dataclass(frozen=True)
class Hit:
    object_id: int
    score: float
    words: tuple[str, ...] = ()  # query words found in the document, as people read them
    passage: str = ""  # text of the closest passage, where its meaning is known
    by_meaning: bool = False  # no query word in it


@dataclass(frozen=True)
class Found:
    hits: list[Hit] = field(default_factory=list)
    count: int = 0  # documents that contain a query word: exact
    by_meaning: int = 0  # others, shown for their meaning only
    corrected: str = ""  # spelling that was tried instead, or ""


@dataclass(frozen=True)
class Considered:
    """A document with what brought it, in figures that do not depend on the other documents."""

    object_id: int
    cosine: float | None  # of its closest passage, from -1 to 1; None: not known
    share: float  # part of the question's words that it holds, each counted by its rarity
    words: tuple[str, ...]
    passage: str


Ranked = list[tuple[Candidate, float]]


def search(
    text: str,
    *,
    kind: str = "initiative",
    allowed: QuerySet[Any] | None = None,
    limit: int | None = 20,
    offset: int = 0,
    meaning: bool = True,
    why: bool = True,
) -> Found:
    """Rank documents of one kind for a text in people's own words.

    ``allowed``: the objects among which to search (any queryset of their model, already
    filtered: published, territory, theme…, or the values of one column that holds their keys);
    used as a subquery inside the SQL. ``None`` is every
    public document of that kind, and the fastest. ``limit=None``: all. ``meaning=False``: by
    words alone. ``why=False``: neither words nor passage on the hits, for who reads them all.
    Of a very long text the rarest 24 words are asked.

    The order is the same whatever the page: first the fused ranking of the best by words and
    by meaning, then the rest by words.
    """
    coming = encoder.begin(to_encode(text)) if meaning else None
    with transaction.atomic(savepoint=False):
        ranking.prepare(allowed)
        question = ask(text, kind)
        matched = ranking.match(question, allowed)
        vector = coming.result() if coming and question.has_meaning else None
        if not question.words and vector is None:
            return Found(corrected=question.corrected)
        count, candidates = ranking.candidates(question, matched, vector)
        ranked = fuse(candidates, bool(question.words))
        by_meaning = sum(candidate.bm25 is None for candidate, _score in ranked)
        stop = None if limit is None else offset + limit
        shown = ranked[offset:stop]
        if count + by_meaning > len(ranked) and (stop is None or stop > len(ranked)):
            shown += _beyond(question, allowed, ranked, offset, stop)
        hits = _explained(question, matched, vector, shown) if why else _plain(shown)
        return Found(hits, count, by_meaning, question.corrected)


def consider(
    text: str, *, kind: str = "initiative", allowed: QuerySet[Any] | None = None, limit: int
) -> list[Considered]:
    """The first ``limit`` documents of ``search``, with figures to weigh them by (matching)."""
    coming = encoder.begin(to_encode(text))
    with transaction.atomic(savepoint=False):
        ranking.prepare(allowed)
        question = ask(text, kind)
        if not question.words and not question.has_meaning:
            return []
        matched = ranking.match(question, allowed)
        vector = coming.result() if question.has_meaning else None
        if not question.words and vector is None:
            return []
        _count, candidates = ranking.candidates(question, matched, vector)
        ranked = [each for each, _score in fuse(candidates, bool(question.words))[:limit]]
        why = ranking.reasons(question, matched, vector, [each.object_id for each in ranked])
    rarity = {word.lexeme: word.idf for word in question.words}
    total = sum(rarity.values())
    found = []
    for each in ranked:
        held, passage = why[each.object_id]
        share = sum(rarity[lexeme] for lexeme in held) / total if total else 0.0
        found.append(
            Considered(each.object_id, each.cosine, share, _written(question, held), passage)
        )
    return found


def count_matching(
    text: str, *, kind: str = "initiative", allowed: QuerySet[Any] | None = None
) -> int:
    """How many allowed documents contain a word of the text."""
    with transaction.atomic(savepoint=False):
        ranking.prepare(allowed)
        return ranking.count(ask(text, kind), allowed)


def matching(text: str, *, kind: str = "initiative") -> QuerySet[Document]:
    """Documents that contain a word of the text, as a queryset for another order or a count:
    ``cards.filter(pk__in=engine.matching(text).values("object_id"))``."""
    with transaction.atomic(savepoint=False):
        ranking.prepare()
        lexemes = ask(text, kind).lexemes
    holders = Posting.objects.filter(lexeme__in=lexemes).values("object_id")
    return Document.objects.filter(kind=kind, object_id__in=holders)


def similar(
    kind: str, object_id: int, *, limit: int = 5, allowed: QuerySet[Any] | None = None
) -> list[Hit]:
    """Documents closest in meaning to this one, themes in common counting too."""
    with transaction.atomic(savepoint=False):
        ranking.prepare(allowed)
        document = Document.objects.filter(kind=kind, object_id=object_id).first()
        if document is None:
            return []
        vector = _centre(kind, object_id)
        if vector is None:  # its job has not run yet
            hits = search(document.title, kind=kind, allowed=allowed, limit=limit + 1).hits
            return [hit for hit in hits if hit.object_id != object_id][:limit]
        question = Question(document.title, kind)
        matched = ranking.match(question, allowed)
        _count, candidates = ranking.candidates(question, matched, vector)
        others = [c for c in candidates if c.object_id != object_id and (c.cosine or 0) >= CLOSE]
        themes = sources.get(kind).themes([object_id, *(c.object_id for c in others)])
        own = themes.get(object_id, set())
        scored = [(c, _likeness(c, own, themes.get(c.object_id, set()))) for c in others]
        scored.sort(key=lambda pair: (-pair[1], pair[0].object_id))
        return _explained(question, matched, vector, scored[:limit])


def closest(kind: str, object_id: int, *, limit: int = 5) -> list[tuple[int, float]]:
    """(document, cosine) of those closest in meaning to this one; nothing where its own meaning is
    not known yet. Words do not count."""
    with transaction.atomic(savepoint=False):
        ranking.prepare(None)
        vector = _centre(kind, object_id)
        if vector is None:
            return []
        question = Question("", kind)
        matched = ranking.match(question, None)
        _count, candidates = ranking.candidates(question, matched, vector)
        found = [(c.object_id, c.cosine) for c in candidates if c.cosine is not None]
        found = [each for each in found if each[0] != object_id and each[1] >= CLOSE]
        return sorted(found, key=lambda each: (-each[1], each[0]))[:limit]


def titled_like(
    kind: str, titles: dict[int, str], *, limit: int = 5, likeness: float = 0.5
) -> list[tuple[int, int]]:
    """(key, document): public documents whose title resembles that of each key by its trigrams,
    from 0 to 1. The keys themselves need not be public."""
    folded = {key: " ".join(words(title)) for key, title in titles.items()}
    folded = {key: text for key, text in folded.items() if text}
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(likeness)]
        )
        cursor.execute(
            "SELECT mine.key, near.object_id"
            " FROM unnest(%s::bigint[], %s::text[]) AS mine(key, title)"
            " CROSS JOIN LATERAL (SELECT object_id FROM search_document"
            "  WHERE kind = %s AND folded %% mine.title AND object_id <> mine.key"
            "  ORDER BY similarity(folded, mine.title) DESC, id LIMIT %s) near",
            [list(folded), list(folded.values()), kind, limit],
        )
        return list(cursor.fetchall())


def _centre(kind: str, object_id: int) -> list[float] | None:
    opening = Passage.objects.filter(
        kind=kind, object_id=object_id, position__lte=OPENING, embedding__isnull=False
    )
    centre = opening.aggregate(centre=Avg("embedding"))["centre"]
    if centre is None:
        return None
    norm = sum(value * value for value in centre) ** 0.5 or 1.0
    return [value / norm for value in centre]


def _likeness(candidate: Candidate, own: set[int], other: set[int]) -> float:
    common = len(own & other) / len(own | other) if own and other else 0.0
    return (candidate.cosine or 0.0) + THEMES_SHARE * common


# --- one ranking of two ----------------------------------------------------------
def fuse(candidates: Sequence[Candidate], has_words: bool = True) -> Ranked:
    """Half BM25, half the cosine of the closest passage, each divided by its best.

    What is found by meaning alone stays only where it is close enough. Ties by object, so that
    two pages never share a document.
    """
    best_words = max((c.bm25 or 0.0 for c in candidates), default=0.0) or 1.0
    best_meaning = max([CLOSE, *(c.cosine or 0.0 for c in candidates)])
    enough = CLOSE if has_words else CLOSE_WITHOUT_WORDS
    scored = []
    for candidate in candidates:
        close = max(candidate.cosine or 0.0, 0.0)
        if candidate.bm25 is None and close < enough:
            continue
        words = (candidate.bm25 or 0.0) / best_words
        score = (1 - MEANING_SHARE) * words + MEANING_SHARE * close / best_meaning
        scored.append((candidate, score))
    return sorted(scored, key=lambda pair: (-pair[1], pair[0].object_id))


def _beyond(
    question: Question,
    allowed: QuerySet[Any] | None,
    ranked: Ranked,
    offset: int,
    stop: int | None,
) -> Ranked:
    """The rest of the documents that contain a word, for the pages after the first ones."""
    skipped = max(0, offset - len(ranked))
    rows = None if stop is None else stop - len(ranked) - skipped
    known = [candidate.object_id for candidate, _score in ranked]
    rest = ranking.beyond(question, allowed, known, skipped, rows)
    lowest = ranked[-1][1] if ranked else 1.0
    best = max((c.bm25 or 0.0 for c, _score in ranked), default=0.0) or 1.0
    return [(c, min(lowest, (1 - MEANING_SHARE) * (c.bm25 or 0.0) / best)) for c in rest]


# --- why -------------------------------------------------------------------------
def _plain(shown: Ranked) -> list[Hit]:
    return [Hit(c.object_id, round(score, 4), by_meaning=c.bm25 is None) for c, score in shown]


def _explained(
    question: Question, matched: Matched, vector: Sequence[float] | None, shown: Ranked
) -> list[Hit]:
    why = ranking.reasons(question, matched, vector, [c.object_id for c, _score in shown])
    return [
        Hit(
            object_id=candidate.object_id,
            score=round(score, 4),
            words=_written(question, why[candidate.object_id][0]),
            passage=why[candidate.object_id][1],
            by_meaning=candidate.bm25 is None,
        )
        for candidate, score in shown
    ]


def _written(question: Question, found: set[int]) -> tuple[str, ...]:
    """The words of the question that were found, each once."""
    return tuple(dict.fromkeys(w.written for w in question.words if w.lexeme in found))
