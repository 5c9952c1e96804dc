"""How well the ranking answers questions that people have judged.

A collection is a folder: ``docs.jsonl`` (id, title, text, perhaps keywords), ``queries.jsonl``
(id, text), ``qrels.tsv`` (TREC: question 0 document grade). None ships with Essaim.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from math import log2
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from essaim.initiatives.models import Initiative
from essaim.search import actions, engine
from essaim.search.bench import database
from essaim.search.models import Passage
from essaim.search.text import words

DEPTH = 10
Run = dict[str, list[str]]
Judgments = dict[str, dict[str, int]]


def measure(folder: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """nDCG@10 of the engine, of its parts and of PostgreSQL's own ranking."""
    questions = {row["id"]: row["text"] for row in _rows(folder / "queries.jsonl")}
    judged = read_judgments(folder / "qrels.tsv")
    database.connect("_bench_relevance")
    database.owner_runs(database.EMPTY)
    names = _write_cards(_rows(folder / "docs.jsonl"))
    actions.index("initiative", names)
    actions.compact_counts()
    actions.refresh_weights("initiative", drift=0)
    say(f"{folder.name}: {len(names)} documents, {len(questions)} questions; meaning…")
    actions.embed()

    def run(**options: Any) -> Run:
        return {
            key: [
                names[hit.object_id]
                for hit in engine.search(text, limit=DEPTH, why=False, **options).hits
            ]
            for key, text in questions.items()
        }

    scores = {
        "engine": ndcg(run(), judged),
        "BM25 alone": ndcg(run(meaning=False), judged),
        "ts_rank": ndcg(_ts_rank(questions, names), judged),
    }
    # Meaning of the titles is left: what the passages of the text bring shows.
    Passage.objects.filter(position__gt=0).update(embedding=None)
    scores["engine without passages"] = ndcg(run(), judged)
    return {
        "collection": folder.name,
        "documents": len(names),
        "questions": len(judged),
        "ndcg": {name: round(score, 3) for name, score in scores.items()},
    }


def ndcg(run: Run, judged: Judgments, depth: int = DEPTH) -> float:
    """Mean over the judged questions; 0 for one that found nothing."""
    total = 0.0
    for question, grades in judged.items():
        found = [grades.get(document, 0) for document in run.get(question, [])[:depth]]
        ideal = _gain(sorted(grades.values(), reverse=True)[:depth])
        total += _gain(found) / ideal if ideal else 0.0
    return total / len(judged) if judged else 0.0


def _gain(grades: Iterable[int]) -> float:
    return sum((2**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, 1))


def read_judgments(path: Path) -> Judgments:
    judged: Judgments = defaultdict(dict)
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            question, _zero, document, grade = line.split()
            judged[question][document] = int(grade)
    return dict(judged)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


def _write_cards(documents: list[dict[str, Any]]) -> dict[int, str]:
    cards = [
        Initiative(
            external_id=str(document["id"]),
            slug=f"document-{number}",
            title=document["title"][:250],
            summary=document["text"][:300] or document["title"],
            description=document["text"],
            tags=[
                tag.strip()[:100]
                for tag in (document.get("keywords") or "").split(",")
                if tag.strip()
            ],
            publication="published",
            published_at=timezone.now(),
        )
        for number, document in enumerate(documents)
    ]
    return {card.pk: card.external_id for card in Initiative.objects.bulk_create(cards)}


def _ts_rank(questions: dict[str, str], names: dict[int, str]) -> Run:
    """PostgreSQL's own: French stems without accents, title first, any word of the question."""
    run: Run = {}
    with connection.cursor() as cursor:
        for key, text in questions.items():
            cursor.execute(
                "SELECT id FROM (SELECT id, setweight(to_tsvector('french', unaccent(title)), 'A')"
                " || to_tsvector('french', unaccent(description || ' ' ||"
                " array_to_string(tags, ' '))) AS text FROM initiatives_initiative) card,"
                " to_tsquery('french', %s) asked WHERE text @@ asked"
                " ORDER BY ts_rank(text, asked) DESC, id LIMIT %s",
                [" | ".join(words(text)) or "''", DEPTH],
            )
            run[key] = [names[pk] for (pk,) in cursor.fetchall()]
    return run
