"""Figures of pools for pages and exports: a few queries, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum

from essaim.initiatives.models import Fact, Initiative
from essaim.replications.models import Mode

from .models import Balance, LedgerLine, Option, OptionState, Pool


@dataclass(frozen=True)
class Totals:
    """Amounts in cents, of the ledger; numbers of options. *Pledged*, *confirmed*, *legally
    committed* and *paid* are never one another (§ 7)."""

    sought: int
    balance: Balance
    pledged_options: int
    confirmed_options: int

    @property
    def options(self) -> int:
        return self.pledged_options + self.confirmed_options

    @property
    def missing(self) -> int:
        return max(0, self.sought - self.balance.pledged)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.balance.pledged // self.sought) if self.sought else 0


def totals(pools: Iterable[Pool]) -> dict[int, Totals]:
    """Two queries."""
    rows = {pool.pk: pool for pool in pools}
    sums: dict[int, dict[str, int]] = {pk: {} for pk in rows}
    lines = LedgerLine.objects.filter(pool__in=rows).order_by().values("pool", "kind")
    for line in lines.annotate(total=Sum("amount_cents")):
        sums[line["pool"]][line["kind"]] = int(line["total"])
    numbers: dict[tuple[int, str], int] = {}
    counted = Option.objects.filter(pool__in=rows).counted().order_by().values("pool", "state")
    for row in counted.annotate(n=Count("pk")):
        numbers[row["pool"], row["state"]] = row["n"]
    return {
        pk: Totals(
            pool.sought_cents,
            Balance(sums[pk]),
            numbers.get((pk, OptionState.PLEDGED), 0),
            numbers.get((pk, OptionState.CONFIRMED), 0),
        )
        for pk, pool in rows.items()
    }


def is_ready(card: Initiative) -> bool | None:
    """« Fin prêt » (§ 3) as the last diagnosis established it; None without a diagnosis."""
    fact = Fact.objects.filter(initiative=card, kind=Fact.Kind.READINESS).order_by("-pk").first()
    return None if fact is None else bool(fact.value.get("ready"))


def grid_costs(card: Initiative) -> list[dict[str, Any]]:
    """The lines of the card's economic grid that are euros, as the first proposal of what the
    amount of a site pays for: installation, and one year of running (central values)."""
    from essaim.modelling.lines import Assumptions, read_lines

    lines, _left = read_lines(card.economics.all(), Assumptions())
    return [
        {"kind": line.kind, "label": line.label, "amount_cents": int(line.amount.central * 100)}
        for line in lines
        if line.is_cost and line.amount.central > 0
    ]


def mode_of(card: Initiative) -> str:
    """The mode of scaling that the card's strategy chose, or the supple one."""
    fact = (
        Fact.objects.filter(initiative=card, kind=Fact.Kind.STRATEGY_CHOSEN).order_by("on").last()
    )
    mode = fact.value.get("mode") if fact else ""
    return mode if mode in Mode.values else str(Mode.SUPPLE)
