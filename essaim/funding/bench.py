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
        _write(pools, options, sites, lines, say)
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


# --- what is written ----------------------------------------------------------------------------
def _write(pools: int, options: int, sites: int, lines: int, say: Say) -> None:
    from django.db import transaction

    with transaction.atomic():
        made = _pools(pools, options)
        say(f"{pools} pools of {options} options")
        _find(made)
        confirmed = _confirm(min(sites, pools * (options - 1)))
        say(f"{confirmed} confirmations, with their acts")
    say(f"{_payments(lines)} payments asked for and made")
    with transaction.atomic():
        _sites(sites)
    say(f"{sites} sites")


def _pools(count: int, options: int) -> list[Any]:
    from django.utils import timezone

    from essaim.funding.models import Option, OptionState, Pool, State
    from essaim.initiatives.models import Initiative, Publication
    from essaim.people.models import Function, Membership, Organisation, OrganisationKind, User
    from essaim.territories.models import Territory

    now, today = timezone.now(), timezone.localdate()
    lead, _made = User.objects.get_or_create(
        email="banc-funding@essaim.example", defaults={"name": "Banc"}
    )
    places = list(Territory.objects.current().filter(kind="department").order_by("code"))
    if len(places) < options:
        raise ValueError(f"{options} options ask for as many departments")
    funders = [
        Organisation.objects.create(
            name=f"Financeur {n} du banc", slug=f"banc-financeur-{n}", territory=places[n],
            kind=OrganisationKind.LOCAL_AUTHORITY,
        )
        for n in range(options)
    ]  # fmt: skip
    Membership.objects.create(
        user=lead, organisation=funders[0], functions=[Function.FUNDER],
        role=Membership.Role.REPRESENTATIVE,
    )  # fmt: skip
    cards = Initiative.objects.bulk_create(
        [
            Initiative(
                external_id=f"banc:funding:{n}", slug=f"banc-subvention-{n}",
                title=f"Initiative {n} du banc", summary="Une initiative du banc.", author=lead,
                publication=Publication.PUBLISHED, published_at=now,
            )
            for n in range(count)
        ],
        batch_size=500,
    )  # fmt: skip
    pools = Pool.objects.bulk_create(
        [
            Pool(
                slug=f"banc-{n}", initiative=card, lead=funders[0], pilot_territory=places[0],
                state=State.OPEN, site_cents=SITE_CENTS, sites_sought=options,
                minimum_options=1, pledges_until=today, majority_percent=50, quorum_percent=1,
                initiated_by=Pool.Initiator.HOLDER, holder_agreed_at=now, opened_on=today,
                created_by=lead,
            )
            for n, card in enumerate(cards)
        ],
        batch_size=500,
    )  # fmt: skip
    expires = today.replace(year=today.year + 2, day=1)
    Option.objects.bulk_create(
        [
            Option(
                pool=pool, funder=funders[n], territory=places[n], is_pilot=n == 0,
                amount_cents=SITE_CENTS, expires_on=expires, state=OptionState.PLEDGED,
                prepared_by=lead, pledged_by=lead, pledged_at=now,
            )
            for pool in pools
            for n in range(options)
        ],
        batch_size=1000,
    )  # fmt: skip
    _lines("pledge", "o.amount_cents", "'pledge:' || o.id", "true")
    return pools


LINE = """
INSERT INTO funding_ledgerline
    (pool_id, option_id, kind, amount_cents, key, "on", at, why, act_id, instalment_id)
SELECT o.pool_id, o.id, '{kind}', {cents}, {key}, CURRENT_DATE, now(), '', {act}, {instalment}
  FROM funding_option AS o {joined}
 WHERE {condition} AND o.pool_id IN (SELECT id FROM funding_pool WHERE slug LIKE 'banc-%')
 ORDER BY o.pool_id, o.id
"""


def _lines(
    kind: str,
    cents: str,
    key: str,
    condition: str,
    *,
    joined: str = "",
    act: str = "NULL",
    instalment: str = "NULL",
) -> int:
    """Lines of one kind, for the options of the bench that satisfy the condition."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            LINE.format(
                kind=kind, cents=cents, key=key, condition=condition, joined=joined, act=act,
                instalment=instalment,
            )
        )  # fmt: skip
        return int(cursor.rowcount)


def _find(pools: list[Any]) -> None:
    """A favourable opinion, a finding: confirmations may begin."""
    from django.utils import timezone

    from essaim.funding.models import Finding, Opinion, Pool, State

    today = timezone.localdate()
    mine = Pool.objects.filter(pk__in=[pool.pk for pool in pools])
    mine.update(state=State.REVIEWING, piloting_on=today, reviewing_on=today)
    Opinion.objects.bulk_create(
        [
            Opinion(
                pool=pool, period=1, organisation_id=pool.lead_id, is_favourable=True,
                reasons="Oui.",
            )
            for pool in pools
        ],
        batch_size=500,
    )  # fmt: skip
    members = pools[0].options.count()
    Finding.objects.bulk_create(
        [
            Finding(
                pool=pool, period=1, is_positive=True, members=members, voters=1, favourable=1,
                on=today,
            )
            for pool in pools
        ],
        batch_size=500,
    )  # fmt: skip
    mine.update(state=State.ACTIVATING, activating_on=today, confirm_until=today)


def _confirm(count: int) -> int:
    """So many options, spread over all pools, each with its act."""
    from django.db import connection
    from django.utils import timezone

    from essaim.funding.models import LegalAct, Option

    ranked = (
        "o.id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY pool_id ORDER BY id)"
        " AS n, pool_id FROM funding_option) AS r ORDER BY n, pool_id"
        f" LIMIT {int(count)})"
    )
    done = _lines("confirmation", "o.amount_cents", "'confirm:' || o.id", ranked)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE funding_option AS o SET state = 'confirmed', confirmed_at = now(),"
            " confirmed_cents = amount_cents WHERE EXISTS (SELECT 1 FROM funding_ledgerline AS l"
            " WHERE l.option_id = o.id AND l.kind = 'confirmation')"
            " AND o.state = 'pledged'"
        )
    today = timezone.localdate()
    options = Option.objects.filter(state="confirmed", pool__slug__startswith="banc-")
    LegalAct.objects.bulk_create(
        [
            LegalAct(
                option_id=pk, nature="decision", reference=f"BANC-{pk}", on=today,
                signatory="présidente", accounting_reference=f"EJ-{pk}", amount_cents=SITE_CENTS,
                file="banc", file_name="banc.pdf", media_type="application/pdf",
            )
            for pk in options.values_list("pk", flat=True)
        ],
        batch_size=1000,
    )  # fmt: skip
    _lines(
        "commitment", "a.amount_cents", "'act:' || a.id", "o.state = 'confirmed'", act="a.id",
        joined="JOIN funding_legalact AS a ON a.option_id = o.id",
    )  # fmt: skip
    return done


def _payments(lines: int) -> int:
    """Instalments asked for and paid, until the ledger holds about so many lines: as many of each
    confirmed option, each a transaction of its own round."""
    from django.db import transaction
    from django.utils import timezone

    from essaim.funding.models import Instalment, LedgerLine, Option

    today = timezone.localdate()
    options = list(
        Option.objects.filter(state="confirmed", pool__slug__startswith="banc-")
        .order_by("pool", "pk").values_list("pk", flat=True)
    )  # fmt: skip
    missing = max(0, lines - LedgerLine.objects.count())
    rounds = -(-missing // (2 * len(options))) if options else 0
    done = 0
    for number in range(rounds):
        label = f"Jalon {number + 1} du banc"
        with transaction.atomic():
            Instalment.objects.bulk_create(
                [
                    Instalment(
                        option_id=pk, label=label, amount_cents=100, planned_on=today,
                        reached_on=today,
                    )
                    for pk in options
                ],
                batch_size=2000,
            )  # fmt: skip
            for kind in ("request", "payment"):
                done += _lines(
                    kind, "i.amount_cents", f"'{kind}:' || i.id", f"i.label = '{label}'",
                    joined="JOIN funding_instalment AS i ON i.option_id = o.id",
                    instalment="i.id",
                )  # fmt: skip
    return done // 2


def _sites(count: int) -> None:
    """A tenth of them of one card, all over the country; the others spread over the cards."""
    from django.utils import timezone

    from essaim.initiatives.models import Initiative
    from essaim.people.models import Organisation
    from essaim.replications.models import Mode, Origin, Replication, Side, State
    from essaim.territories.models import Territory

    now, today = timezone.now(), timezone.localdate()
    cards = list(
        Initiative.objects.filter(external_id__startswith="banc:funding:")
        .order_by("pk").values_list("pk", flat=True)
    )  # fmt: skip
    communes = list(
        Territory.objects.current().filter(kind__in=["commune", "department"])
        .order_by("kind", "code").values_list("pk", flat=True)[:20_000]
    )  # fmt: skip
    adopter = Organisation.objects.create(name="Repreneur du banc", slug="banc-repreneur")
    of_one = max(1, int(count * OF_ONE_CARD))
    states = (State.COMMITTED, State.PREPARING, State.LIVE, State.SUSTAINED)
    Replication.objects.bulk_create(
        [
            Replication(
                initiative_id=cards[0] if n < of_one else cards[n % len(cards)],
                adopter=adopter, territory_id=communes[n % len(communes)],
                site_name=f"Site {n}", mode=Mode.SUPPLE, origin=Origin.POOL,
                origin_reference=f"banc:{n}", dimensions=["site"],
                state=states[n % len(states)], declared_by_side=Side.ADOPTER,
                adopter_agreed_at=now, holder_agreed_at=now, charter_on=today,
                interested_on=today, committed_on=today, preparing_on=today, live_on=today,
                sustained_on=today if n % len(states) == 3 else None,
            )
            for n in range(count)
        ],
        batch_size=1000,
    )  # fmt: skip


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
