"""``make bench PART=insights``: the national page, and all its figures, at the scale of a country.
In a database of its own. Imports are inside: this module is read at each start.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from essaim.common.bench import BenchPart, Result, Row, Say, register, row

CARDS, SITES, POOLS, OPTIONS, LINES = 100_000, 20_000, 200, 20, 100_000
ASKED = 40


def measure(
    say: Say,
    *,
    cards: int = CARDS,
    sites: int = SITES,
    pools: int = POOLS,
    options: int = OPTIONS,
    lines: int = LINES,
    asked: int = ASKED,
    database_name: str = "",
) -> Result:
    """The same at any size; tests run it small, where they are."""
    from essaim.initiatives.models import Initiative
    from essaim.insights.models import Figure
    from essaim.replications.models import Replication
    from essaim.search.bench.measure import machine

    if not database_name:
        from essaim.search.bench import database

        database.connect(f"_bench_insights_{cards}")
    if Initiative.objects.count() < cards:
        _fill(
            cards, say, sites=sites, pools=pools, options=options, lines=lines,
            bulk=not database_name,
        )  # fmt: skip
        if not database_name:
            database.owner_runs("VACUUM ANALYZE")
    from essaim.insights.actions import figures, forecasts

    start = time.perf_counter()
    figures.recompute()
    seconds = time.perf_counter() - start
    say(f"  figures computed in {seconds:.1f} s")
    start = time.perf_counter()
    forecasted = forecasts.recompute_all()
    forecast_seconds = time.perf_counter() - start
    return {
        "cards": Initiative.objects.count(),
        "sites": Replication.objects.count(),
        "figures": Figure.objects.of_latest().count(),
        "seconds": round(seconds, 1),
        "forecasts": forecasted,
        "forecast_seconds": round(forecast_seconds, 1),
        "pages": _pages(asked, say),
        "map_kb": _map_kb(),
        "machine": machine(),
    }


def _fill(
    cards: int, say: Say, *, sites: int, pools: int, options: int, lines: int, bulk: bool
) -> None:
    """Pools and sites as the bench of funding writes them, then cards beside, in five phases."""
    from django.utils import timezone

    from essaim.funding.bench_filling import write
    from essaim.initiatives.models import Initiative, Phase, PhaseChange

    write(pools, options, sites, lines, say, bulk=bulk)
    missing = cards - Initiative.objects.count()
    phases = list(Phase.values[1:])
    now = timezone.now()
    batch = 5_000
    for start in range(0, max(0, missing), batch):
        made = Initiative.objects.bulk_create(
            Initiative(
                external_id=f"banc-insights-{n}", slug=f"banc-insights-{n}",
                title=f"Initiative du banc {n}", summary="Une phrase de la longueur d’un résumé.",
                publication="published", published_at=now, phase=phases[n % 4],
                proof_level=n % 6,
            )
            for n in range(start, min(start + batch, missing))
        )  # fmt: skip
        PhaseChange.objects.bulk_create(
            PhaseChange(
                initiative=card, phase=phase, previous=previous,
                reason={"on": f"20{15 + order}-0{1 + card.pk % 9}-1{card.pk % 9}"},
            )
            for card in made
            for order, (previous, phase) in enumerate(
                zip(["none", *phases], phases[: phases.index(card.phase) + 1], strict=False)
            )
        )  # fmt: skip
    say(f"  {cards:,} cards written")


def _pages(asked: int, say: Say) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from essaim.insights.models import CardForecast
    from essaim.search.bench.measure import Times

    visitor = Client(SERVER_NAME="localhost")
    addresses = {
        "national page": "/tableau-de-bord",
        "rows behind a number": "/tableau-de-bord/lignes/sites",
    }
    card = CardForecast.objects.values_list("initiative__slug", flat=True).first()
    if card:
        addresses["forecast of a card"] = f"/initiatives/{card}/reprises/prevision"
    found = {}
    for name, address in addresses.items():
        seconds, queries, size = [], 0, 0
        for n in range(-2, asked):  # the first ones only warm up
            with CaptureQueriesContext(connection) as captured:
                start = time.perf_counter()
                answer = visitor.get(address)
                took = time.perf_counter() - start
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answers {answer.status_code}")
            if n >= 0:
                seconds.append(took)
                queries, size = len(captured), len(answer.content)
        found[name] = {**vars(Times.of(seconds)), "queries": queries, "kb": round(size / 1000, 1)}
        say(f"  {name} measured")
    return found


def _map_kb() -> float:
    from django.template.loader import render_to_string

    from essaim.insights.reading import dashboard

    svg = render_to_string(
        "territories/_department_map.html", {"map": dashboard().map, "label": "x"}
    )
    return round(len(svg.encode()) / 1000, 1)


def rows(found: Result) -> Iterator[Row]:
    size = f"{found['cards']:,} cards, {found['sites']:,} replications"
    for number, (name, times) in enumerate(found["pages"].items()):
        what = f"{name}, 95 %" + (f" ({size})" if not number else "")
        yield row(what, times["p95"], 150)
        yield row(f"{name}, queries", times["queries"], 15, "")
    yield row("map of the departments", found["map_kb"], 60, "kB")
    yield row(f"all figures ({found['figures']:,}) computed", found["seconds"], 180, "s")
    yield row(
        f"forecasts of {found['forecasts']:,} cards, one job", found["forecast_seconds"], 100, "s"
    )


def register_bench() -> None:
    register(
        BenchPart(
            name="insights",
            heading="The picture of the whole",
            measure=measure,
            rows=rows,
            notes="Pages are whole answers to one reader, without the network. Forecasts stop when"
            " the setting says (INSIGHTS, forecast_seconds); the cards left wait for the next job.",
        )
    )
