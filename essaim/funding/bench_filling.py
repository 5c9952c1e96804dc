"""What ``make bench PART=funding`` measures on: pools, options, confirmations, sites and a ledger, at
any size, written as the application's role.
"""

from __future__ import annotations

from typing import Any

from essaim.common.bench import Say

# Of the sites, how many are of one card: its map is the largest there is.
OF_ONE_CARD = 0.1
SITE_CENTS = 60_000_00


def write(pools: int, options: int, sites: int, lines: int, say: Say) -> None:
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
