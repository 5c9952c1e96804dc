"""``make bench PART=matching``: answers to a need, and new cards against standing needs.

In a database of its own, beside those of the search. Imports are inside: this module is read at
each start.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from essaim.common.bench import BenchPart, Result, Row, Say, register, row

CARDS, SCHEMES, NEEDS, NEW = 100_000, 20_000, 10_000, 1_000
AROUND = 300  # of sponsors, of open calls and of pools
ASKED = 100


def measure(
    say: Say,
    *,
    cards: int = CARDS,
    schemes: int = SCHEMES,
    needs: int = NEEDS,
    new: int = NEW,
    asked: int = ASKED,
    around: int = AROUND,
) -> Result:
    """The same at any size: a small one only shows that it runs."""
    from essaim.matching import bench_around
    from essaim.search.bench import database
    from essaim.search.bench.measure import Times, machine
    from essaim.search.models import Document

    name = database.connect(f"_bench_matching_{cards}")
    say(f"{name}: {cards} cards, {schemes} schemes, {needs} needs")
    if Document.objects.filter(kind="initiative").count() != cards:
        database.build(cards, say)
    _schemes(schemes, say)
    _needs(needs, say)
    bench_around.series(say)
    bench_around.fill(around, say)
    answers = _answers(asked)
    say("  answers measured")
    compared = _compare(new)
    say("  new cards compared")
    return {
        **compared,  # its own count of cards is that of the new ones
        "cards": cards,
        "schemes": schemes,
        "needs": needs,
        "new": new,
        "around": around,
        "answers": vars(Times.of(answers)),
        "machine": machine(),
    }


def _schemes(count: int, say: Say) -> None:
    """Texts of the bank's own cards under the names of schemes; vectors likewise."""
    from essaim.schemes.models import Scheme
    from essaim.search import actions, encoder
    from essaim.search.bench import database
    from essaim.search.bench.bank import Author, PooledEncoder
    from essaim.search.models import Document

    if Document.objects.filter(kind="scheme").count() == count:
        return
    author = Author()
    pooled = PooledEncoder(author.pool(), database.folder())
    Scheme.objects.filter(external_id__startswith="banc:").delete()
    rows = Scheme.objects.bulk_create(
        [
            Scheme(
                external_id=f"banc:{number}",
                slug=f"banc-{number}",
                title=f"Aide {number}",
                sort_title=f"aide {number:06}",
                description=card["summary"] + " " + card["need"],
            )
            for number, card in enumerate(author.cards(count, database.places()))
        ],
        batch_size=1000,
    )
    keys = [scheme.pk for scheme in rows]
    for start in range(0, len(keys), actions.BATCH):
        actions.index("scheme", keys[start : start + actions.BATCH])
    with encoder.use(pooled):
        actions.embed(kind="scheme")
    actions.compact_counts()
    actions.refresh_weights("scheme")
    say("  schemes indexed")


def _needs(count: int, say: Say) -> None:
    """Needs in a sentence, each with its meaning as the encoder gives it; none weighed one by one,
    which the product spreads over the days they are stated."""
    from essaim.matching.models import Standing
    from essaim.needs.models import Need
    from essaim.people.models import User
    from essaim.search.bench.bank import Author
    from essaim.search.encoder import get_encoder
    from essaim.territories.models import Territory
    from essaim.themes.models import Theme

    placed = Need.objects.filter(territory__kind="commune").exists()
    if Need.objects.count() == count and placed:
        return
    encoder = get_encoder()
    if encoder is None:
        raise RuntimeError("no encoder: nothing can be compared by meaning")
    Need.objects.all().delete()
    authors = [
        User.objects.get_or_create(email=f"banc-{number}@essaim.example")[0]
        for number in range(min(count, 500))
    ]
    author = Author(seed=5)
    texts = [author.fill("need") for _each in range(count)]
    here = Territory.objects.current().order_by("code")
    epcis, communes = list(here.filter(kind="epci")), list(here.filter(kind="commune"))
    # As many communes as intercommunalities, from all over the country.
    places = epcis + communes[:: max(1, len(communes) // max(1, len(epcis)))]
    themes = list(Theme.objects.order_by("slug"))
    rows = Need.objects.bulk_create(
        [
            Need(
                text=text,
                author=authors[number % len(authors)],
                territory=places[number % len(places)],
                theme=themes[number % len(themes)],
            )
            for number, text in enumerate(texts)
        ],
        batch_size=1000,
    )
    for start in range(0, count, 1000):
        part = rows[start : start + 1000]
        vectors = encoder.encode([need.text for need in part])
        Standing.objects.bulk_create(
            [
                Standing(need=need, version=1, embedding=[float(x) for x in vector])
                for need, vector in zip(part, vectors, strict=True)
            ]
        )
    say("  needs written")


def _answers(asked: int) -> list[float]:
    """The pipeline and what the page shows of it; the first ten only warm up."""
    from django.contrib.auth.models import AnonymousUser

    from essaim.matching import pipeline, sources
    from essaim.matching.question import read
    from essaim.matching.sources import Asked
    from essaim.needs.models import Need

    seconds = []
    for need in Need.objects.for_detail().order_by("pk")[: asked + 10]:
        start = time.perf_counter()
        found = pipeline.answer(read(need))
        question = Asked(found.question, AnonymousUser(), found)
        for source in sources.all_sources():
            source.find(question)
        seconds.append(time.perf_counter() - start)
    return seconds[10:] or seconds


def _compare(new: int) -> dict[str, Any]:
    """As if these cards had just come: published today, nothing is matched with them yet."""
    from django.utils import timezone

    from essaim.following.models import Announcement
    from essaim.initiatives.models import Initiative
    from essaim.matching.actions import standing
    from essaim.matching.models import Match, Pending
    from essaim.matching.notifications import NEW_ANSWERS

    Announcement.objects.filter(verb=NEW_ANSWERS).delete()
    Match.objects.all().delete()
    Pending.objects.all().delete()
    cards = list(Initiative.objects.order_by("pk").values_list("pk", flat=True)[:new])
    Initiative.objects.filter(pk__in=cards).update(published_at=timezone.now())
    standing.note_changed(cards)
    start = time.perf_counter()
    done = standing.compare()
    return {"seconds": round(time.perf_counter() - start, 1), **done}


def rows(found: Result) -> Iterator[Row]:
    around = f", {found['around']:,} sponsors, calls and pools" if "around" in found else ""
    sizes = f"{found['cards']:,} cards, {found['schemes']:,} schemes{around}"
    yield row(f"need → answers, {sizes}, median", found["answers"]["median"], 300)
    yield row("need → answers, 95 %", found["answers"]["p95"], None)
    what = f"{found['needs']:,} standing needs × {found['new']:,} new cards"
    yield row(
        f"{what}, {found['matches']:,} matches, {found['told']:,} people told",
        found["seconds"],
        300,
        "s",
    )


def register_bench() -> None:
    register(
        BenchPart(
            name="matching",
            heading="Answers to needs",
            measure=measure,
            rows=rows,
            notes="Answers: the whole pipeline and every section of the page, without the page's"
            " own rendering. Needs are of communes and intercommunalities with thirty series. The cards are those of the search's bank.",
        )
    )
