"""The territories most like one, of all communes, on thirty series of random figures.

Beside the search because it needs a database of its own, which the search's bench knows to make.
Imports are inside: this module is read at each start.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from essaim.common.bench import BenchPart, Result, Row, Say, register, row

SERIES = 30
COMPARED = 200
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
    "VACUUM ANALYZE territories_territory",
)


def measure(say: Say) -> Result:
    from essaim.search.bench import database
    from essaim.search.bench.measure import Times, machine
    from essaim.territories.models import IndicatorValue, Territory
    from essaim.territories.similar import neighbours

    database.connect("_bench_neighbours")
    communes = list(Territory.objects.current().filter(kind="commune").order_by("code"))
    if IndicatorValue.objects.count() != SERIES * len(communes):
        say(f"{SERIES} series of {len(communes)} communes")
        database.owner_runs(*FILL)
    asked = random.Random(7).sample(communes, COMPARED)  # noqa: S311 (no secret)
    start = time.perf_counter()
    neighbours(asked[0])
    first = time.perf_counter() - start
    seconds = []
    for territory in asked:
        start = time.perf_counter()
        neighbours(territory)
        seconds.append(time.perf_counter() - start)
    return {
        "communes": len(communes),
        "first": round(first, 2),
        "neighbours": vars(Times.of(seconds)),
        "machine": machine(),
    }


def rows(found: Result) -> Iterator[Row]:
    what = f"neighbours of one of {found['communes']:,} communes on {SERIES} indicators"
    yield row(f"{what}, median", found["neighbours"]["median"], 50)
    yield row(f"{what}, 95 %", found["neighbours"]["p95"], None)
    yield row("first comparison of a process, all series read", found["first"], None, "s")


def register_bench() -> None:
    register(
        BenchPart(
            name="neighbours",
            heading="Similar territories",
            measure=measure,
            rows=rows,
        )
    )
