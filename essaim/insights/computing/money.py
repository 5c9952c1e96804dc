"""Money of public pools, as their ledger has it: pledged, confirmed, committed and paid are never
one another (§ 7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from essaim.funding.models import Balance, LedgerLine, Option, Pool
from essaim.initiatives.models import Publication
from essaim.insights.computing.measured import Measured, of_scope
from essaim.insights.invented import OPTIONS, POOLS, says_so

CENTS = Decimal(100)
KEYS = ("pledged", "confirmed", "committed", "paid")


def public_lines(scope: str) -> Any:
    lines = LedgerLine.objects.filter(
        pool__audience=Pool.Audience.PUBLIC,
        pool__opened_on__isnull=False,
        pool__initiative__publication=Publication.PUBLISHED,
    )
    invented = Option.objects.filter(says_so(*OPTIONS)).values("pk")
    return of_scope(lines, Q(option__in=invented), scope)


def euros(balance: Balance) -> dict[str, Decimal]:
    return {
        "pledged": balance.pledged / CENTS,
        "confirmed": balance.confirmed / CENTS,
        "committed": balance.committed / CENTS,
        "paid": (balance.paid - balance.recovered) / CENTS,
    }


def compute(scope: str) -> Iterator[Measured]:
    years: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    whole: dict[str, int] = defaultdict(int)
    rows = public_lines(scope).order_by().values_list("on__year", "kind")
    for year, kind, cents in rows.annotate(cents=Sum("amount_cents")):
        years[year][kind] += int(cents)
        whole[kind] += int(cents)
    opened = of_scope(Pool.objects.filter(opened_on__isnull=False), says_so(*POOLS), scope)
    public = opened.filter(
        audience=Pool.Audience.PUBLIC, initiative__publication=Publication.PUBLISHED
    ).count()
    total = opened.count()
    for key, value in euros(Balance(dict(whole))).items():
        yield Measured(key, value, counted=public, total=total)
    for year, sums in sorted(years.items()):
        for key, value in euros(Balance(dict(sums))).items():
            yield Measured(key, value, dimension="year", code=str(year))
