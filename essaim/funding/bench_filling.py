"""What ``make bench PART=funding`` measures on, at any size: pools, options, sites and a ledger.

One pool is told by the actions, as the application's role. The volume is written in bulk by the
owner with the tables' triggers put aside, which would take hours; foreign keys and constraints
stay, and what the triggers would have refused is looked for afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from essaim.common.bench import Say

from .bench_sites import make_adopter, write_sites

SITE_CENTS = 60_000_00
TABLES = (
    *("funding_pool", "funding_option", "funding_opinion", "funding_finding"),
    *("funding_legalact", "funding_instalment", "funding_ledgerline"),
    *("replications_replication", "initiatives_initiative"),
)


def write(pools: int, options: int, sites: int, lines: int, say: Say, *, bulk: bool) -> None:
    """``bulk``: in a database of the bench's own; elsewhere all triggers are at work."""
    funders = _funders(options)
    with _volume(bulk) as alias:
        adopter = make_adopter(alias)
        made = _pools(pools - 1, funders, adopter, alias)
        say(f"{pools - 1} pools of {options} options")
        _find(made, alias)
    told = _told(funders)
    say(f"one more told by the actions, {told} sites")
    with _volume(bulk) as alias:
        confirmed = _confirm(min(sites, (pools - 1) * (options - 1)), alias)
    say(f"{confirmed} confirmations, with their acts")
    with _volume(bulk) as alias:
        say(f"{_payments(lines, alias)} payments asked for and made")
        write_sites(sites - told, adopter, alias)
    say(f"{sites} sites")
    _check()


@contextmanager
def _volume(bulk: bool) -> Iterator[str]:
    """The connection to write by."""
    from django.db import connections, transaction

    if not bulk:
        with transaction.atomic():
            yield "default"
        return
    owner = connections["owner"]
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        # Checked with each statement: a table with checks waiting cannot have its triggers back.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield "owner"
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    with owner.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(TABLES)}")


UNSOUND = """
WITH sums AS (
    SELECT option_id, beneficiary_id,
           sum(amount_cents) FILTER (WHERE kind = 'pledge') AS pledged,
           coalesce(sum(amount_cents) FILTER (WHERE kind = 'confirmation'), 0) AS confirmed,
           coalesce(sum(amount_cents) FILTER (WHERE kind = 'commitment'), 0) AS committed,
           coalesce(sum(amount_cents) FILTER (WHERE kind = 'request'), 0) AS asked,
           coalesce(sum(amount_cents) FILTER (WHERE kind = 'payment'), 0) AS paid
      FROM funding_ledgerline GROUP BY option_id, beneficiary_id
), options AS (
    SELECT sum(pledged) AS pledged, sum(confirmed) AS confirmed, sum(committed) AS committed
      FROM sums GROUP BY option_id
)
SELECT (SELECT count(*) FROM options
         WHERE pledged IS NULL OR confirmed > pledged OR committed > confirmed)
     + (SELECT count(*) FROM sums
         WHERE asked > committed OR paid > asked OR beneficiary_id IS NULL AND committed > 0)
"""


def _check() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(UNSOUND)
        (unsound,) = cursor.fetchone() or (0,)
    if unsound:
        raise RuntimeError(f"{unsound} options of the bench do not balance")


def _funders(count: int) -> list[Any]:
    from essaim.people.models import Function, Membership, Organisation, OrganisationKind, User
    from essaim.territories.models import Territory

    lead, _made = User.objects.get_or_create(
        email="banc-funding@essaim.example", defaults={"name": "Banc"}
    )
    places = list(Territory.objects.current().filter(kind="department").order_by("code")[:count])
    if len(places) < count:
        raise ValueError(f"{count} options ask for as many departments")
    funders = [
        Organisation.objects.get_or_create(
            slug=f"banc-financeur-{n}",
            defaults={
                "name": f"Financeur {n} du banc", "territory": place,
                "kind": OrganisationKind.LOCAL_AUTHORITY,
            },
        )[0]
        for n, place in enumerate(places)
    ]  # fmt: skip
    for funder in funders:
        Membership.objects.get_or_create(
            user=lead, organisation=funder,
            defaults={"functions": [Function.FUNDER], "role": Membership.Role.REPRESENTATIVE},
        )  # fmt: skip
    return funders


def _told(funders: list[Any]) -> int:
    """A pool from its formation to its confirmations, by its actions; how many sites it made."""
    import datetime as dt
    import uuid

    from django.utils import timezone

    from essaim.funding.actions import options, pools, reports, reviews
    from essaim.funding.models import Option
    from essaim.initiatives.models import Initiative, Publication
    from essaim.people.models import Organisation, User
    from essaim.replications.actions import agree

    lead = User.objects.get(email="banc-funding@essaim.example")
    holder = User.objects.create(email="banc-porteur@essaim.example", name="Porteur du banc")
    today, new = timezone.localdate(), uuid.uuid4
    card = Initiative.objects.create(
        external_id="banc:funding:told", slug="banc-subvention-racontee",
        title="Initiative racontée du banc", summary="Une initiative du banc.", author=holder,
        publication=Publication.PUBLISHED, published_at=timezone.now(),
    )  # fmt: skip
    adopter = Organisation.objects.create(name="Repreneur conté du banc", slug="banc-repreneur-0")
    pool = pools.form_pool(
        card, by=lead, submission=new(), lead=funders[0], pilot_territory=funders[0].territory,
        sites_sought=len(funders), minimum_options=1, initiated_by="holder",
        pledges_until=today + dt.timedelta(days=90), costs=[pools.Cost("investment", "", SITE_CENTS)],
    )  # fmt: skip
    pools.agree_as_holder(pool, by=holder)
    pools.open_pool(pool, by=lead)
    for funder in funders:
        options.pledge(
            pool, by=lead, submission=uuid.uuid4(), funder=funder, territory=funder.territory,
            amount_cents=SITE_CENTS, expires_on=today + dt.timedelta(days=400), adopter=adopter,
        )  # fmt: skip
    options.confirm(Option.objects.get(pool=pool, is_pilot=True), by=lead)
    agree(card.replications.get(), side="adopter", by=holder)
    pools.start_pilot(pool, by=lead)
    reports.report(pool, by=holder, submission=uuid.uuid4(), done="Fait.")
    reviews.start_review(pool, by=lead)
    for funder in funders[: len(funders) // 2 + 1]:
        reviews.give_opinion(pool, by=lead, organisation=funder, is_favourable=True, reasons="Oui.")
    reviews.publish_finding(pool, by=lead)
    for option in Option.objects.filter(pool=pool, is_pilot=False).order_by("pk"):
        options.confirm(option, by=lead)
    return len(funders)


def _pools(count: int, funders: list[Any], adopter: int, alias: str) -> list[Any]:
    from django.utils import timezone

    from essaim.funding.models import Option, OptionState, Pool, State
    from essaim.initiatives.models import Initiative, Publication
    from essaim.people.models import User

    now, today = timezone.now(), timezone.localdate()
    lead = User.objects.get(email="banc-funding@essaim.example")
    cards = Initiative.objects.using(alias).bulk_create(
        [
            Initiative(
                external_id=f"banc:funding:{n}", slug=f"banc-subvention-{n}",
                title=f"Initiative {n} du banc", summary="Une initiative du banc.", author_id=lead.pk,
                publication=Publication.PUBLISHED, published_at=now,
            )
            for n in range(count)
        ],
        batch_size=500,
    )  # fmt: skip
    pools = Pool.objects.using(alias).bulk_create(
        [
            Pool(
                slug=f"banc-{n}", initiative_id=card.pk, lead_id=funders[0].pk,
                pilot_territory_id=funders[0].territory_id,
                state=State.OPEN, site_cents=SITE_CENTS, sites_sought=len(funders),
                minimum_options=1, pledges_until=today, majority_percent=50, quorum_percent=1,
                initiated_by=Pool.Initiator.HOLDER, holder_agreed_at=now, opened_on=today,
                created_by_id=lead.pk,
            )
            for n, card in enumerate(cards)
        ],
        batch_size=500,
    )  # fmt: skip
    expires = today.replace(year=today.year + 2, day=1)
    Option.objects.using(alias).bulk_create(
        [
            Option(
                pool_id=pool.pk, funder_id=funder.pk, territory_id=funder.territory_id, is_pilot=n == 0,
                amount_cents=SITE_CENTS, expires_on=expires, state=OptionState.PLEDGED,
                prepared_by_id=lead.pk, pledged_by_id=lead.pk, pledged_at=now, adopter_id=adopter,
            )
            for pool in pools
            for n, funder in enumerate(funders)
        ],
        batch_size=1000,
    )  # fmt: skip
    _lines(alias, "pledge", "o.amount_cents", "'pledge:' || o.id", "true")
    return pools


LINE = """
INSERT INTO funding_ledgerline
    (pool_id, option_id, kind, amount_cents, key, "on", at, why, act_id, instalment_id,
     beneficiary_id)
SELECT o.pool_id, o.id, '{kind}', {cents}, {key}, CURRENT_DATE, now(), '', {act}, {instalment},
       {beneficiary}
  FROM funding_option AS o {joined}
 WHERE {condition} AND o.pool_id IN (SELECT id FROM funding_pool WHERE slug ~ '^banc-[0-9]+$')
 ORDER BY {order}o.pool_id, o.id
"""


def _lines(
    alias: str,
    kind: str,
    cents: str,
    key: str,
    condition: str,
    *,
    joined: str = "",
    act: str = "NULL",
    instalment: str = "NULL",
    beneficiary: str = "NULL",
    order: str = "",
) -> int:
    """Lines of one kind, for the options of the bench that satisfy the condition."""
    from django.db import connections

    with connections[alias].cursor() as cursor:
        cursor.execute(
            LINE.format(
                kind=kind, cents=cents, key=key, condition=condition, joined=joined, act=act,
                instalment=instalment, order=order, beneficiary=beneficiary,
            )
        )  # fmt: skip
        return int(cursor.rowcount)


def _find(pools: list[Any], alias: str) -> None:
    """A favourable opinion, a finding: confirmations may begin."""
    from django.utils import timezone

    from essaim.funding.models import Finding, Opinion, Pool, State

    today = timezone.localdate()
    mine = Pool.objects.using(alias).filter(pk__in=[pool.pk for pool in pools])
    mine.update(state=State.REVIEWING, piloting_on=today, reviewing_on=today)
    Opinion.objects.using(alias).bulk_create(
        [
            Opinion(
                pool_id=pool.pk, period=1, organisation_id=pool.lead_id, is_favourable=True,
                reasons="Oui.",
            )
            for pool in pools
        ],
        batch_size=500,
    )  # fmt: skip
    members = pools[0].sites_sought
    Finding.objects.using(alias).bulk_create(
        [
            Finding(
                pool_id=pool.pk, period=1, is_positive=True, members=members, voters=1, favourable=1,
                on=today,
            )
            for pool in pools
        ],
        batch_size=500,
    )  # fmt: skip
    mine.update(state=State.ACTIVATING, activating_on=today, confirm_until=today)


def _confirm(count: int, alias: str) -> int:
    """So many options, spread over all pools, each with its act."""
    from django.db import connections
    from django.utils import timezone

    from essaim.funding.models import LegalAct, Option

    ranked = (
        "o.id IN (SELECT id FROM (SELECT o.id, row_number() OVER (PARTITION BY pool_id ORDER BY"
        " o.id) AS n, pool_id FROM funding_option AS o JOIN funding_pool AS p ON p.id = pool_id"
        f" WHERE p.slug ~ '^banc-[0-9]+$') AS r ORDER BY n, pool_id LIMIT {int(count)})"
    )
    done = _lines(alias, "confirmation", "o.amount_cents", "'confirm:' || o.id", ranked)
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "UPDATE funding_option AS o SET state = 'confirmed', confirmed_at = now(),"
            " confirmed_cents = amount_cents WHERE EXISTS (SELECT 1 FROM funding_ledgerline AS l"
            " WHERE l.option_id = o.id AND l.kind = 'confirmation')"
            " AND o.state = 'pledged'"
        )
    today = timezone.localdate()
    options = Option.objects.using(alias).filter(
        state="confirmed", pool__slug__regex=r"^banc-[0-9]+$"
    )
    LegalAct.objects.using(alias).bulk_create(
        [
            LegalAct(
                option_id=pk, nature="decision", reference=f"BANC-{pk}", on=today,
                signatory="présidente", accounting_reference=f"EJ-{pk}", amount_cents=SITE_CENTS,
                file="banc", file_name="banc.pdf", media_type="application/pdf",
                beneficiary_id=adopter, transfer_cents=0,
            )
            for pk, adopter in options.values_list("pk", "adopter")
        ],
        batch_size=1000,
    )  # fmt: skip
    _lines(
        alias, "commitment", "a.amount_cents", "'act:' || a.id", "o.state = 'confirmed'", act="a.id",
        joined="JOIN funding_legalact AS a ON a.option_id = o.id", beneficiary="a.beneficiary_id",
    )  # fmt: skip
    return done


INSTALMENTS = """
INSERT INTO funding_instalment
    (submission, option_id, label, amount_cents, planned_on, reached_on, kind)
SELECT gen_random_uuid(), o.id, 'Jalon ' || n || ' du banc', 100, CURRENT_DATE, CURRENT_DATE, ''
  FROM generate_series(1, %s) AS n
 CROSS JOIN funding_option AS o JOIN funding_pool AS p ON p.id = o.pool_id
 WHERE o.state = 'confirmed' AND p.slug ~ '^banc-[0-9]+$'
 ORDER BY n, o.id
"""


def _payments(lines: int, alias: str) -> int:
    """Instalments asked for and paid, as many of each confirmed option, until the ledger holds
    about so many lines; those of a pool lie far from one another, as time would leave them."""
    from django.db import connections

    from essaim.funding.models import LedgerLine, Option

    confirmed = Option.objects.using(alias).filter(
        state="confirmed", pool__slug__regex=r"^banc-[0-9]+$"
    )
    options = confirmed.count()
    missing = max(0, lines - LedgerLine.objects.using(alias).count())
    rounds = -(-missing // (2 * options)) if options else 0
    with connections[alias].cursor() as cursor:
        cursor.execute(INSTALMENTS, [rounds])
    done = 0
    for kind in ("request", "payment"):
        done += _lines(
            alias, kind, "i.amount_cents", f"'{kind}:' || i.id", "true",
            joined="JOIN funding_instalment AS i ON i.option_id = o.id", instalment="i.id",
            order="length(i.label), i.label, ", beneficiary="o.adopter_id",
        )  # fmt: skip
    return done // 2
