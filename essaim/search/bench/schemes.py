"""The directory of schemes asked in words: 20,000 of them, by the engine of the cards.

Imports are inside: this module is read at each start.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from essaim.common.bench import BenchPart, Result, Row, Say, register, row

SCHEMES = 20_000
QUESTIONS = 220
WARMING = 20
PLACE = "department:38"
FEW = 1_000  # passages without their meaning, of some 80,000
INDEX = "passage_meaning_scheme"
TARGET = 80  # ms, for 95 of 100 questions
EMPTY = (
    "TRUNCATE search_document, search_posting, search_passage, search_lexemecount,"
    " search_collection, search_change, schemes_scheme CASCADE"
)


def measure(say: Say) -> Result:
    from essaim.common.management.commands.run import collect_static
    from essaim.schemes.finding import find
    from essaim.schemes.models import Scheme
    from essaim.search.bench import database
    from essaim.search.bench.bank import Author
    from essaim.search.bench.measure import Times, machine, running, timed
    from essaim.search.models import Passage, Posting
    from essaim.territories.models import Territory

    name = database.connect("_bench_schemes")
    _build(say)
    # Not the seed of the bank: nobody asks in the very words of an entry.
    questions = Author(seed=7).questions(QUESTIONS)
    warming, asked = questions[:WARMING], questions[WARMING:]
    current = Scheme.objects.current()
    narrowed = {
        "ranking": current,
        "ranking, one kind of help": current.filter(helps__contains=["loan"]),
        "ranking, one département": current.applying_to(Territory.objects.by_code(PLACE).get()),
    }

    def ask(allowed: Any) -> list[float]:
        return timed(lambda text: find(text, allowed, limit=20, offset=0), asked)

    timed(lambda text: find(text, current, limit=20, offset=0), warming)
    times = {what: vars(Times.of(ask(allowed))) for what, allowed in narrowed.items()}
    matched = sorted(find(text, current, limit=1, offset=0).count for text in asked)
    say("  ranking measured")
    collect_static()
    with running(database.environment(name)) as (site, _first):
        site.path = "/dispositifs"
        timed(site.search, warming)
        # A process in use has met most words: other questions than those that are timed.
        timed(site.search, Author(seed=8).questions(QUESTIONS))
        times["page"] = vars(Times.of(timed(site.search, asked)))
    return {
        "schemes": Scheme.objects.count(),
        "passages": Passage.objects.count(),
        "postings": Posting.objects.count(),
        "matched median": matched[len(matched) // 2],
        "times": times,
        "machine": machine(),
    }


def _build(say: Say) -> None:
    """Filled first, their meaning indexed at once: ten times faster than vector by vector."""
    from essaim.search.bench import database
    from essaim.search.models import Document, Passage

    passages = Passage.objects.filter(kind="scheme")
    known = Document.objects.filter(kind="scheme").count() >= SCHEMES
    # The report's own entries come back at each start, without their meaning.
    if not known or passages.filter(embedding=None).count() > FEW:
        database.owner_runs(EMPTY, f"DROP INDEX IF EXISTS {INDEX}")
        _fill(say)
    say("  index of meaning")
    database.owner_runs(
        "SET maintenance_work_mem = '512MB'",
        f"CREATE INDEX IF NOT EXISTS {INDEX} ON search_passage USING hnsw"
        " (embedding halfvec_ip_ops) WITH (m = 16, ef_construction = 64) WHERE kind = 'scheme'",
        "RESET maintenance_work_mem",
        "VACUUM ANALYZE",
    )
    if not passages.filter(embedding__isnull=False).exists():
        raise RuntimeError("no scheme has its meaning: nothing would be measured")


def _fill(say: Say) -> None:
    """Written straight into their table, words and meaning as for any scheme."""
    from itertools import islice

    from essaim.schemes.kinds import Help
    from essaim.schemes.models import Scheme
    from essaim.search import actions, encoder
    from essaim.search.bench import database
    from essaim.search.bench.bank import Author, PooledEncoder
    from essaim.territories.models import Territory

    author = Author()
    pooled = PooledEncoder(author.pool(), database.folder())
    chance = random.Random(1)  # noqa: S311 (made-up schemes, no secret)
    known = {t.address: t.pk for t in Territory.objects.only("kind", "code").iterator()}
    cards = author.cards(SCHEMES, database.places())
    place = Scheme.territories.through
    while part := list(islice(cards, actions.BATCH)):
        rows = [
            Scheme(
                external_id=card["external_id"],
                slug=card["external_id"].replace(":", "-"),
                title=card["title"],
                sort_title=card["title"].lower(),
                description=f"{card['need']}\n\n{card['description']}",
                helps=[chance.choice(Help.values)],
                track=card["track"],
            )
            for card in part
        ]
        Scheme.objects.bulk_create(rows)
        place.objects.bulk_create(
            place(scheme_id=row.pk, territory_id=known[address])
            for row, card in zip(rows, part, strict=True)
            for address in set(card["territories"])
        )
        actions.index("scheme", [row.pk for row in rows])
    say(f"  {SCHEMES} schemes, words indexed")
    with encoder.use(pooled):
        actions.embed(kind="scheme")
    actions.compact_counts()
    actions.refresh_weights("scheme")


def rows(found: Result) -> Iterator[Row]:
    for what, times in found["times"].items():
        yield row(f"{what}, {found['schemes']:,} schemes, median", times["median"], None)
        target = TARGET if what.startswith("ranking") else None
        yield row(f"{what}, {found['schemes']:,} schemes, 95 %", times["p95"], target)
    yield row("a question meets by words (median)", found["matched median"], None, "schemes")


def register_bench() -> None:
    register(
        BenchPart(
            name="schemes",
            heading="Schemes, the directory asked in words",
            measure=measure,
            rows=rows,
            notes="Made up by the author of the bank of cards. Ranking is what the directory asks of"
            " the index (`schemes.finding.find`): the same engine as for cards, within its"
            " filters; a page is a whole answer of `/dispositifs?q=…` to one reader.",
        )
    )
