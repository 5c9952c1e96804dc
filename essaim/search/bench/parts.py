"""The three parts of the bench: the search, the import, the relevance."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command

from essaim.common.management.commands.run import collect_static
from essaim.initiatives.models import Initiative
from essaim.search import engine
from essaim.search.bench import database
from essaim.search.bench.bank import Author
from essaim.search.bench.measure import Times, machine, running, timed
from essaim.search.filters import Criteria
from essaim.search.models import Passage, Posting
from essaim.territories.models import Territory
from essaim.themes.models import Theme

QUESTIONS = 220
WARMING = 20
SELECTIVE = "department:38"
IMPORTED = 10_000

Say = Callable[[str], None]
Result = dict[str, Any]


def search(size: int, say: Say) -> Result:
    """Both sizes, since growth is what is judged: a tenth, then all."""
    result: Result = {"size": size}
    for each in (size // 10, size):
        name = database.connect(f"_bench_{each}")
        say(f"{name}: {each} cards")
        building = database.build(each, say)
        result[str(each)] = _measured(name, say) | {"building": building}
    result["machine"] = machine()
    return result


def _measured(name: str, say: Say) -> Result:
    # Not the seed of the bank: nobody asks in the very words of a card.
    questions = Author(seed=7).questions(QUESTIONS)
    warming, asked = questions[:WARMING], questions[WARMING:]
    # As the page asks.
    here = Criteria(territory=Territory.objects.by_code(SELECTIVE).get()).keys()
    by_theme = Criteria(themes=(Theme.objects.get(slug="alimentation"),)).keys()
    # A process in use has met most words: other questions than those that are timed.
    others = Author(seed=8).questions(QUESTIONS)
    timed(engine.search, others)
    matched = sorted(engine.search(text, limit=1).count for text in asked)
    ranking = timed(engine.search, asked)
    filtered = timed(lambda text: engine.search(text, allowed=here), asked)
    themed = timed(lambda text: engine.search(text, allowed=by_theme), asked)
    words = timed(lambda text: engine.search(text, meaning=False), asked)
    say("  ranking measured")
    collect_static()
    with running(database.environment(name)) as (site, first):
        fresh = timed(site.search, warming)
        timed(site.search, others)
        pages = timed(site.search, asked)
        pages_here = timed(lambda text: site.search(text, territory=SELECTIVE), asked)
        memory = site.memory()
    say("  pages measured")
    return {
        "cards": Initiative.objects.count(),
        "passages": Passage.objects.count(),
        "postings": Posting.objects.count(),
        "allowed here": here.count(),
        "allowed by theme": by_theme.count(),
        "matched median": matched[len(matched) // 2],
        "matched p95": matched[int(len(matched) * 0.95)],
        "ranking": vars(Times.of(ranking)),
        "ranking, département": vars(Times.of(filtered)),
        "ranking, theme": vars(Times.of(themed)),
        "words alone": vars(Times.of(words)),
        "page": vars(Times.of(pages)),
        "page, département": vars(Times.of(pages_here)),
        "page, first questions": vars(Times.of(fresh)),
        "first answer": round(first, 2),
        "memory": round(memory),
    }


def importing(say: Say) -> Result:
    """Cards read from a file by the command that people have, words indexed on the way."""
    database.connect("_bench_import")
    database.owner_runs(database.EMPTY)
    author = Author()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "cards.jsonl"
        with path.open("w", encoding="utf-8") as lines:
            for card in author.cards(IMPORTED, database.places()):
                lines.write(json.dumps(card, ensure_ascii=False) + "\n")
        say(f"import of {IMPORTED} cards")
        out = io.StringIO()
        start = time.perf_counter()
        with contextlib.redirect_stdout(out):
            call_command("import_cards", str(path), format="json")
        seconds = time.perf_counter() - start
    told = json.loads(out.getvalue())
    found = engine.count_matching("précarité énergétique")
    return {
        "cards": IMPORTED,
        "created": told["created"],
        "errors": len(told["errors"]),
        "seconds": round(seconds, 1),
        "found at once": found,
        "machine": machine(),
    }
