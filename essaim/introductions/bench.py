"""Where would a card be useful, among 35,000 communes and with thousands of needs.

Imports are inside: this module is read at each start.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from essaim.common.bench import BenchPart, Result, Row, Say, register, row

SERIES, NEEDS, SITES, ASKED = 30, 10_000, 10, 20
WORDS = (
    *("transport", "logement", "jeunes", "emploi", "santé", "rénovation", "énergie", "isolement"),
    *("alimentation", "école", "numérique", "garde", "aînés", "insertion", "déchets", "culture"),
)
FILL = (
    "TRUNCATE territories_indicator CASCADE",
    "SELECT setseed(0.5)",
    "INSERT INTO territories_indicator"
    " (code, name, unit, source, description, profile, weight, version)"
    " SELECT 'bench' || n, 'Banc ' || n, '', '', '', 'general', 1, gen_random_uuid()"
    f" FROM generate_series(1, {SERIES}) AS n",
    "INSERT INTO territories_indicatorvalue (indicator_id, territory_id, year, value, source)"
    " SELECT indicator.id, territory.id, 2020, random(), ''"
    " FROM territories_indicator AS indicator, territories_territory AS territory"
    " WHERE territory.kind = 'commune' AND territory.gone_on IS NULL",
    "VACUUM ANALYZE territories_indicatorvalue",
)


def measure(say: Say, *, needs: int = NEEDS, asked: int = ASKED, database_name: str = "") -> Result:
    """``needs`` and ``asked`` are smaller in tests, which run it where they are."""
    from django.conf import settings

    from essaim.introductions.useful.picture import picture
    from essaim.introductions.useful.ranking import HIGH, LOW, Asked, rank
    from essaim.introductions.useful.wording import rows
    from essaim.needs.models import Need
    from essaim.search.bench.measure import Times, machine
    from essaim.territories.models import Indicator, Territory
    from essaim.territories.similar import choices

    if not database_name:
        from essaim.search.bench import database

        database.connect("_bench_introductions")
        if Indicator.objects.count() < SERIES:
            say(f"{SERIES} series of all communes")
            database.owner_runs(*FILL)
    card, reader = _card_and_needs(needs, say)
    found = choices("commune")[:4]
    what = Asked("commune", [(each, (HIGH, LOW)[n % 2]) for n, each in enumerate(found)])
    start = time.perf_counter()
    rank(card, reader, what)
    first = time.perf_counter() - start
    seconds, pages = [], []
    for _n in range(asked):
        start = time.perf_counter()
        ranked = rank(card, reader, what)
        seconds.append(time.perf_counter() - start)
        rows(ranked, [int(place) for place in ranked.order[:20]], 1, reader)
        picture(ranked)
        pages.append(time.perf_counter() - start)
    return {
        "communes": Territory.objects.current().filter(kind="commune").count(),
        "needs": Need.objects.count(),
        "matched": len(ranked.needs),
        "sites": min(SITES, settings.INTRODUCTIONS["sites_compared"]),
        "first": round(first, 2),
        "ranking": vars(Times.of(seconds)),
        "page": vars(Times.of(pages)),
        "machine": machine(),
    }


def _card_and_needs(needs: int, say: Say) -> tuple[Any, Any]:
    """A card with sites, and needs stated by one person in communes all over the country."""
    import random

    from essaim.initiatives.models import Initiative, Publication
    from essaim.needs.models import Need
    from essaim.people.models import User
    from essaim.search import actions
    from essaim.territories.models import Territory

    chance = random.Random(7)  # noqa: S311 (no secret)
    author, _made = User.objects.get_or_create(email="bench@essaim.example")
    communes = list(
        Territory.objects.current().filter(kind="commune").order_by("code").values_list("pk")
    )
    card = Initiative.objects.filter(slug="bench-introductions").first()
    if card is None:
        card = Initiative.objects.create(
            external_id="bench:introductions",
            slug="bench-introductions",
            title="Un guichet pour la rénovation des logements",
            summary="Un guichet qui aide à rénover les logements et à payer moins d’énergie.",
            need="Des logements mal isolés et des factures d’énergie trop lourdes.",
            author=author,
            publication=Publication.PUBLISHED,
            published_at=timezone.now(),
        )
        card.territories.set([pk for (pk,) in chance.sample(communes, min(SITES, len(communes)))])
    missing = needs - Need.objects.count()
    if missing > 0:
        say(f"{missing} needs")
        made = Need.objects.bulk_create(
            Need(
                text=f"Ici il manque : {', '.join(chance.sample(WORDS, 4))}.",
                author=author,
                territory_id=chance.choice(communes)[0],
                visibility=Need.Visibility.PUBLIC,
            )
            for _n in range(missing)
        )
        keys = [need.pk for need in made]
        actions.index("need", keys)
        actions.embed(keys, kind="need")
    return card, author


def rows(found: Result) -> Iterator[Row]:
    what = (
        f"{found['communes']:,} communes ranked for a card: {found['needs']:,} needs"
        f" ({found['matched']} answered), {SERIES} series, {found['sites']} sites"
    )
    yield row(f"{what}, median", found["ranking"]["median"], 500)
    yield row(f"{what}, 95 %", found["ranking"]["p95"], 500)
    yield row("… with the first page's reasons and the map, 95 %", found["page"]["p95"], 500)
    yield row("first ranking of a process, all series read", found["first"], None, "s")


def register_bench() -> None:
    register(
        BenchPart(
            name="introductions",
            heading="Where an initiative would be useful",
            measure=measure,
            rows=rows,
        )
    )
