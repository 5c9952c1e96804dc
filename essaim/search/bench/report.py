"""The figures as a table, and the page of the documentation that keeps the last ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from essaim.common.bench import Result, Row, parts, row
from essaim.search.bench.database import folder

PAGE = settings.BASE_DIR / "docs" / "performance.md"

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
    sections = [HEADING]
    if "relevance" in known:
        sections.append("## Relevance\n\n" + table(relevance_rows(known["relevance"])))
    if "search" in known:
        found = known["search"]
        sections.append(
            f"## Search, {found['size']:,} cards\n\n"
            + table(search_rows(found))
            + "\n"
            + _bank(found)
            + _machine(found)
        )
    if "import" in known:
        sections.append(
            "## Import\n\n" + table(import_rows(known["import"])) + "\n" + _machine(known["import"])
        )
    for name, part in sorted(parts().items()):
        if name in known:
            try:
                figures = table(part.rows(known[name]))
            except KeyError:  # measured before its table changed: the page keeps what it says
                continue
            notes = f"\n{part.notes}\n" if part.notes else ""
            sections.append(f"## {part.heading}\n\n" + figures + notes + _machine(known[name]))
    page.write_text("\n".join(sections + _kept(page, sections)), "utf-8")


def _kept(page: Path, sections: list[str]) -> list[str]:
    """Sections of the page that were not measured by this checkout: told apart by first word."""
    if not page.exists():
        return []
    new = {section.split()[1] for section in sections[1:]}
    old = [f"## {text.strip()}\n" for text in page.read_text("utf-8").split("\n## ")[1:]]
    return [section for section in old if section.split()[1] not in new]


def table(rows: Iterator[Row]) -> str:
    lines = ["| what | measured | target | met |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows]) + "\n"


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
        yield row(f"{what}, median", large[key]["median"], median)
        yield row(f"{what}, 95 %", large[key]["p95"], p95)
    for key in ("page", "ranking"):
        for moment in ("median", "p95"):
            growth = round(large[key][moment] / small[key][moment], 2)
            target = 3 if key == "page" else None
            yield row(f"{key}, {moment}: {size:,} cards / {size // 10:,}", growth, target, "×")
    yield row("first answer of a new process", large["first answer"], 5, "s")
    yield row("memory of a web process", large["memory"], 400, "MB")


def _bank(found: Result) -> str:
    large = found[str(found["size"])]
    return (
        f"{large['cards']:,} cards, {large['passages']:,} passages, {large['postings']:,} postings;"
        f" a question meets {large['matched median']:,} cards by words (median;"
        f" 95 %: {large['matched p95']:,}); {large['allowed here']:,} cards in the département,"
        f" {large['allowed by theme']:,} of the theme.\n"
    )


def import_rows(found: Result) -> Iterator[Row]:
    yield row(f"{found['cards']:,} cards imported, words indexed", found["seconds"], 90, "s")


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
