"""``make bench PART=funding``: pools, their ledger, and the sites they made, at the scale of a
country. In a database of its own.

Everything is written as the application's role: what the database refuses, it refuses here too.
Imports are inside: this module is read at each start.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from essaim.common.bench import BenchPart, Result, Row, Say, register, row

POOLS, OPTIONS, SITES, LINES = 1_000, 50, 20_000, 1_000_000
ASKED = 50
# Of the sites, how many are of one card: its map is the largest there is.
OF_ONE_CARD = 0.1
SITE_CENTS = 60_000_00


def measure(
    say: Say,
    *,
    pools: int = POOLS,
    options: int = OPTIONS,
    sites: int = SITES,
    lines: int = LINES,
    asked: int = ASKED,
    database_name: str = "",
) -> Result:
    """The same at any size; tests run it small, where they are."""
    from essaim.funding.models import LedgerLine, Option, Pool
    from essaim.replications.models import Replication
    from essaim.search.bench.measure import machine

    if not database_name:
        from essaim.search.bench import database

        database.connect(f"_bench_funding_{pools}")
    if Pool.objects.filter(slug__startswith="banc-").count() < pools:
        from essaim.funding.bench_filling import write

        write(pools, options, sites, lines, say)
        if not database_name:
            database.owner_runs("VACUUM ANALYZE")
    return {
        "pools": Pool.objects.count(),
        "options": Option.objects.count(),
        "sites": Replication.objects.count(),
        "lines": LedgerLine.objects.count(),
        "pages": _pages(asked, say),
        "reads": _reads(asked),
        "machine": machine(),
    }


# --- what is measured ---------------------------------------------------------------------------
def _pages(asked: int, say: Say) -> dict[str, Any]:
    """Whole answers, with the number of queries of each."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from essaim.funding.models import Pool
    from essaim.people.models import User
    from essaim.search.bench.measure import Times

    lead = User.objects.get(email="banc-funding@essaim.example")
    visitor, member = (Client(SERVER_NAME="localhost") for _n in range(2))
    member.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    slugs = list(Pool.objects.order_by("pk").values_list("slug", flat=True)[: max(asked, 1)])
    addresses: dict[str, tuple[Any, Callable[[int], str]]] = {
        "list of pools": (visitor, lambda n: f"/subventions?page={1 + n % 5}"),
        "list of pools, to a funder": (member, lambda n: f"/subventions?page={1 + n % 5}"),
        "list of pools, one step": (visitor, lambda n: "/subventions?state=activating"),
        "pool": (visitor, lambda n: f"/subventions/{slugs[n % len(slugs)]}"),
        "pool, to its lead": (member, lambda n: f"/subventions/{slugs[n % len(slugs)]}"),
        "ledger": (member, lambda n: f"/subventions/{slugs[n % len(slugs)]}/registre"),
        "list of replications": (visitor, lambda n: f"/reprises?page={1 + n % 5}"),
    }
    found = {}
    for name, (client, address) in addresses.items():
        seconds, queries = [], 0
        for n in range(-2, asked):  # the first ones only warm up
            with CaptureQueriesContext(connection) as captured:
                start = time.perf_counter()
                answer = client.get(address(max(n, 0)))
                took = time.perf_counter() - start
            if answer.status_code != 200:
                raise RuntimeError(f"{address(max(n, 0))} answers {answer.status_code}")
            if n >= 0:
                seconds.append(took)
                queries = max(queries, len(captured))
        found[name] = {**vars(Times.of(seconds)), "queries": queries}
        say(f"  {name} measured")
    return found


def _reads(asked: int) -> dict[str, Any]:
    from essaim.funding.models import Pool
    from essaim.replications.models import Replication
    from essaim.replications.network import where
    from essaim.search.bench.measure import Times

    pools = list(Pool.objects.order_by("pk")[:asked])
    card = Pool.objects.order_by("pk").values_list("initiative", flat=True)[0]

    def of_card() -> int:
        sites = list(Replication.objects.filter(initiative=card).committed().for_list())
        where(sites)
        return len(sites)

    balances, maps, count = [], [], 0
    for pool in pools:
        start = time.perf_counter()
        pool.ledger.balance()
        balances.append(time.perf_counter() - start)
    for _n in range(asked):
        start = time.perf_counter()
        count = of_card()
        maps.append(time.perf_counter() - start)
    return {
        "balance": vars(Times.of(balances)),
        "map": {**vars(Times.of(maps)), "sites": count},
    }


def rows(found: Result) -> Iterator[Row]:
    size = (
        f"{found['pools']:,} pools, {found['options']:,} options, {found['lines']:,} lines,"
        f" {found['sites']:,} sites"
    )
    targets = {"pool": 100, "pool, to its lead": 100}
    for number, (name, times) in enumerate(found["pages"].items()):
        what = f"{name}, 95 %" + (f" ({size})" if not number else "")
        yield row(what, times["p95"], targets.get(name, 150))
        most = None if name.startswith("pool") else 15
        yield row(f"{name}, queries", times["queries"], most, "")
    yield row("balance of a pool, 95 %", found["reads"]["balance"]["p95"], 10)
    of_card = found["reads"]["map"]
    yield row(f"country map of one card, {of_card['sites']:,} sites, 95 %", of_card["p95"], 100)


def register_bench() -> None:
    register(
        BenchPart(
            name="funding",
            heading="Replication grants, their ledger, and the sites they made",
            measure=measure,
            rows=rows,
            notes="Pages are whole answers to one reader, without the network. The ledger is"
            " written as the application's role, its triggers at work.",
        )
    )
