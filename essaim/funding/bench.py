"""``make bench PART=funding``: pools, their ledger, and the sites they made, at the scale of a
country. In a database of its own.

Imports are inside: this module is read at each start.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from essaim.common.bench import BenchPart, Result, Row, Say, register, row

POOLS, OPTIONS, SITES, LINES = 1_000, 50, 20_000, 1_000_000
ASKED = 50


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
    if Replication.objects.filter(site_name__startswith="Site ").count() < sites - options:
        if Pool.objects.filter(slug__startswith="banc-").exists():
            raise RuntimeError("half filled: essaim bench --drop, then again")
        from essaim.funding.bench_filling import write

        write(pools, options, sites, lines, say, bulk=not database_name)
        if not database_name:
            database.owner_runs("VACUUM ANALYZE")
    if not database_name:
        from django.core.management import call_command

        # Pages name their files by what these hold, as in production.
        call_command("collectstatic", interactive=False, verbosity=0)
    return {
        "pools": Pool.objects.count(),
        "options": Option.objects.count(),
        "sites": Replication.objects.count(),
        "lines": LedgerLine.objects.count(),
        "pages": _pages(asked, say),
        "reads": _reads(asked),
        "acts": _acts(asked),
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
    largest = Pool.objects.order_by("pk").values_list("initiative__slug", flat=True)[0]
    addresses: dict[str, tuple[Any, Callable[[int], str]]] = {
        "list of pools": (visitor, lambda n: f"/subventions?page={1 + n % 5}"),
        "list of pools, to a funder": (member, lambda n: f"/subventions?page={1 + n % 5}"),
        "list of pools, one step": (visitor, lambda n: "/subventions?state=activating"),
        "pool": (visitor, lambda n: f"/subventions/{slugs[n % len(slugs)]}"),
        "pool, to its lead": (member, lambda n: f"/subventions/{slugs[n % len(slugs)]}"),
        "ledger": (member, lambda n: f"/subventions/{slugs[n % len(slugs)]}/registre"),
        "following of a pool": (member, lambda n: f"/subventions/{slugs[n % len(slugs)]}/suivi"),
        "grants to publish": (member, lambda n: "/subventions/a-publier"),
        "my replications": (member, lambda n: f"/reprises/les-miennes?page={1 + n % 5}"),
        "network of one card": (visitor, lambda n: f"/initiatives/{largest}/reprises"),
        "list of replications": (visitor, lambda n: f"/reprises?page={1 + n % 5}"),
    }
    found: dict[str, Any] = {}
    for name, (client, address) in addresses.items():
        seconds, working, queries = [], [], 0
        for n in range(-2, asked):  # the first ones only warm up
            with CaptureQueriesContext(connection) as captured:
                start, begun = time.perf_counter(), time.process_time()
                answer = client.get(address(max(n, 0)))
                took, worked = time.perf_counter() - start, time.process_time() - begun
            if answer.status_code != 200:
                raise RuntimeError(f"{address(max(n, 0))} answers {answer.status_code}")
            if n >= 0:
                seconds.append(took)
                working.append(worked)
                queries = max(queries, len(captured))
        found[name] = {
            **vars(Times.of(seconds)), "queries": queries, "working": Times.of(working).median
        }  # fmt: skip
        say(f"  {name} measured")
    return found


def _reads(asked: int) -> dict[str, Any]:
    from essaim.funding.models import Pool
    from essaim.replications.models import Replication
    from essaim.replications.network import light, where
    from essaim.search.bench.measure import Times

    pools = list(Pool.objects.order_by("pk")[:asked])
    card = Pool.objects.order_by("pk").values_list("initiative", flat=True)[0]

    def of_card() -> int:
        sites = Replication.objects.filter(initiative=card).committed()
        where(sites)
        return len(light(sites))

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


def _acts(asked: int) -> dict[str, Any]:
    """A payment asked for, then recorded, by the actions, its notifications included; undone
    afterwards."""
    import uuid

    from django.db import transaction
    from django.utils import timezone

    from essaim.funding.actions import money
    from essaim.funding.models import Option
    from essaim.people.models import User
    from essaim.search.bench.measure import Times

    lead = User.objects.get(email="banc-funding@essaim.example")
    today = timezone.localdate()
    paid = Option.objects.filter(is_pilot=True, state="confirmed", acts__isnull=False)
    asking, paying = [], []
    with transaction.atomic():
        for option in list(paid.order_by("pk")[: asked + 2]):
            row = money.plan_instalment(
                option, by=lead, submission=uuid.uuid4(), label="Solde du banc", amount_cents=100,
                planned_on=today,
            )  # fmt: skip
            money.reach(row, by=lead, on=today)
            start = time.perf_counter()
            money.ask_for_payment(row, by=lead)
            asking.append(time.perf_counter() - start)
            start = time.perf_counter()
            money.pay(row, by=lead, reference="BANC")
            paying.append(time.perf_counter() - start)
        transaction.set_rollback(True)
    return {
        "ask": vars(Times.of(asking[2:] or asking)),
        "pay": vars(Times.of(paying[2:] or paying)),
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
        yield row(f"{name}, median", times["median"], None)
        yield row(f"{name}, processor time of the application, median", times["working"], None)
        most = None if name.startswith("pool") else 15
        yield row(f"{name}, queries", times["queries"], most, "")
    yield row("balance of a pool, 95 %", found["reads"]["balance"]["p95"], 10)
    yield row("a payment asked for, 95 %", found["acts"]["ask"]["p95"], None)
    yield row("a payment recorded, 95 %", found["acts"]["pay"]["p95"], None)
    of_card = found["reads"]["map"]
    yield row(f"country map of one card, {of_card['sites']:,} sites, 95 %", of_card["p95"], 100)


def register_bench() -> None:
    register(
        BenchPart(
            name="funding",
            heading="Replication grants, their ledger, and the sites they made",
            measure=measure,
            rows=rows,
            notes="Pages are whole answers to one reader, without the network. One pool is told by"
            " the actions; the rest is written in bulk with the triggers put aside, then checked."
            " « Processor time » is the part of an answer that does not depend on what else the machine"
            " does. What is measured runs as the application's role, its triggers at work.",
        )
    )
