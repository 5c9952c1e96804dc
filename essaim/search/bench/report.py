"""The figures as a table, and the page of the documentation that keeps the last ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from essaim.search.bench.database import folder

PAGE = settings.BASE_DIR / "docs" / "performance.md"
Result = dict[str, Any]
Row = tuple[str, str, str, str]  # what, measured, target, whether it is met

HEADING = """# Performance

Written by `essaim bench` (`make bench`); the last figures of each part are kept.

The bank is made up, in French, the same at each build (`essaim/search/bench/bank.py`): cards of
about 170 words from a vocabulary of some five hundred phrases and the names of all communes.
Subjects follow a falling law of popularity, so that a question of a sentence is met by words in
a quarter of the bank and at times in most of it. Words are indexed and ranked as for any card.
Vectors are not those of an encoder run on each passage, which would take an hour: the sentences
of the pool (some 9,000) are encoded once, and a passage's vector is the normalised sum of its
sentences' plus noise of its own. Their number, their size and their index are those of real ones.

Pages are whole answers of `/initiatives?q=…` from the server that `essaim run` starts, with one
worker, to one reader. The database is warm (its files are in memory), the process has met other questions; « first questions » are the
first twenty of a new process. Ranking is `engine.search`: the question read and encoded, the
candidates, their reasons.
"""


def keep(part: str, result: Any) -> dict[str, Any]:
    """Add a part's result to the last ones, kept beside the bench's vectors."""
    path = folder() / "last.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    known: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    known[part] = result
    path.write_text(json.dumps(known, ensure_ascii=False, indent=1), "utf-8")
    return known


def write(known: dict[str, Any], page: Path = PAGE) -> None:
    parts = [HEADING]
    if "relevance" in known:
        parts.append("## Relevance\n\n" + table(relevance_rows(known["relevance"])))
    if "search" in known:
        found = known["search"]
        parts.append(
            f"## Search, {found['size']:,} cards\n\n"
            + table(search_rows(found))
            + "\n"
            + _bank(found)
            + _machine(found)
        )
    if "import" in known:
        parts.append(
            "## Import\n\n" + table(import_rows(known["import"])) + "\n" + _machine(known["import"])
        )
    if "neighbours" in known:
        found = known["neighbours"]
        parts.append(
            f"## Similar territories, {found['communes']:,} communes, {found['series']} series\n\n"
            + table(neighbour_rows(found))
            + "\n"
            + _machine(found)
        )
    page.write_text("\n".join(parts), "utf-8")


def table(rows: Iterator[Row]) -> str:
    lines = ["| what | measured | target | met |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows]) + "\n"


def _row(what: str, value: float, target: float | None, unit: str = "ms") -> Row:
    asked = f"≤ {target:g} {unit}".strip() if target is not None else ""
    met = "" if target is None else "yes" if value <= target else "no"
    return what, f"{value:g} {unit}".strip(), asked, met


def search_rows(found: Result) -> Iterator[Row]:
    size = found["size"]
    large, small = found[str(size)], found[str(size // 10)]
    for what, key, median, p95 in (
        ("page", "page", 60, 120),
        ("page, one département", "page, département", None, None),
        ("page, first questions of a process", "page, first questions", None, None),
        ("ranking", "ranking", 20, 50),
        ("ranking, one département", "ranking, département", None, 80),
        ("ranking, one theme", "ranking, theme", None, 80),
        ("ranking by words alone", "words alone", None, None),
    ):
        yield _row(f"{what}, median", large[key]["median"], median)
        yield _row(f"{what}, 95 %", large[key]["p95"], p95)
    for key in ("page", "ranking"):
        for moment in ("median", "p95"):
            growth = round(large[key][moment] / small[key][moment], 2)
            target = 3 if key == "page" else None
            yield _row(f"{key}, {moment}: {size:,} cards / {size // 10:,}", growth, target, "×")
    yield _row("first answer of a new process", large["first answer"], 5, "s")
    yield _row("memory of a web process", large["memory"], 400, "MB")


def _bank(found: Result) -> str:
    large = found[str(found["size"])]
    return (
        f"{large['cards']:,} cards, {large['passages']:,} passages, {large['postings']:,} postings;"
        f" a question meets {large['matched median']:,} cards by words (median;"
        f" 95 %: {large['matched p95']:,}); {large['allowed here']:,} cards in the département,"
        f" {large['allowed by theme']:,} of the theme.\n"
    )


def import_rows(found: Result) -> Iterator[Row]:
    yield _row(f"{found['cards']:,} cards imported, words indexed", found["seconds"], 90, "s")


def neighbour_rows(found: Result) -> Iterator[Row]:
    yield _row("neighbours of a commune, median", found["neighbours"]["median"], 50)
    yield _row("neighbours of a commune, 95 %", found["neighbours"]["p95"], None)
    yield _row("first comparison of a process", found["first"], None, "s")


def relevance_rows(collections: dict[str, Result]) -> Iterator[Row]:
    for name, found in sorted(collections.items()):
        scores = found["ndcg"]
        yield f"{name}: {found['documents']} documents, {found['questions']} questions", "", "", ""
        for system, score in scores.items():
            yield f"{name}, nDCG@10, {system}", f"{score:.3f}", "", ""
        for system, target in (("BM25 alone", 1.08), ("ts_rank", 1.15)):
            ratio = scores["engine"] / scores[system] if scores[system] else 0.0
            met = "yes" if ratio >= target else "no"
            yield f"{name}, engine / {system}", f"{ratio:.2f} ×", f"≥ {target} ×", met


def _machine(found: Result) -> str:
    told = ", ".join(f"{name}: {value}" for name, value in found["machine"].items())
    return f"\nTaken on: {told}.\n"
