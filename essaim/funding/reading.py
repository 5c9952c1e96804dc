"""Figures of pools for pages and exports: a few queries, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Sum, Value

from essaim.initiatives.models import Fact, Initiative
from essaim.replications.models import Mode
from essaim.scaling.models import Answer
from essaim.scaling.questions import QUESTIONS

from .models import (
    Balance,
    Kind,
    LedgerLine,
    LegalAct,
    Option,
    PilotReport,
    Pool,
    ReportSpending,
    SiteCost,
)
from .shares import apportion


@dataclass(frozen=True)
class Totals:
    """Amounts in cents, of the ledger; number of options. *Pledged*, *confirmed*, *legally
    committed* and *paid* are never one another (§ 7)."""

    sought: int
    balance: Balance
    options: int  # sites that have one, in shares or not

    @property
    def missing(self) -> int:
        return max(0, self.sought - self.balance.pledged)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.balance.pledged // self.sought) if self.sought else 0


# What a deliberation says alike of all that it grants: neither to whom, nor how much, nor the
# commitment in the accounts, which names one third party.
TERMS = (
    *("nature", "reference", "on", "signatory", "delegation"),
    *("convention_reference", "convention_on"),
)
OFFERED = 5  # acts whose terms the form proposes to take over
READ = 50


def former_acts(option: Option) -> list[LegalAct]:
    """Of its funder, on whatever option, whose terms a new one may take over: the latest recorded,
    one for each deliberation. One query."""
    rows = LegalAct.objects.filter(option__funder=option.funder_id).order_by("-pk")
    found: dict[Any, LegalAct] = {}
    for row in rows.only("reference", "on")[:READ]:
        found.setdefault((row.reference, row.on), row)
    return list(found.values())[:OFFERED]


def terms_of(act: LegalAct) -> dict[str, Any]:
    """As a form takes them."""
    return {name: getattr(act, name) for name in TERMS}


def totals(pools: Iterable[Pool]) -> dict[int, Totals]:
    """Two queries."""
    rows = {pool.pk: pool for pool in pools}
    sums: dict[int, dict[str, int]] = {pk: {} for pk in rows}
    lines = LedgerLine.objects.filter(pool__in=rows).order_by().values("pool", "kind")
    for line in lines.annotate(total=Sum("amount_cents")):
        sums[line["pool"]][line["kind"]] = int(line["total"])
    counted = Option.objects.filter(pool__in=rows).counted().order_by().values("pool")
    sites = {row["pool"]: row["n"] for row in counted.annotate(n=Count("territory", distinct=True))}
    return {
        pk: Totals(pool.sought_cents, Balance(sums[pk]), sites.get(pk, 0))
        for pk, pool in rows.items()
    }


@dataclass(frozen=True)
class Spent:
    """A line of what the pilot's site was to cost, and what a report says was spent on it."""

    label: str
    planned: int
    spent: int

    @property
    def percent(self) -> int | None:
        return 100 * self.spent // self.planned if self.planned else None


def spending_of(
    pool: Pool, reports: Iterable[PilotReport]
) -> list[tuple[PilotReport, list[Spent]]]:
    """Of each report its spending by line, beside what was planned for the pilot's site: that
    site's own budget, or the pool's amount. Nothing where a report gives one sum alone. One
    query, the reports' own rows being fetched."""
    planned: dict[str, int] = {}
    own = SiteCost.objects.filter(
        option__in=pool.options.filter(is_pilot=True).living().standing(), option__cofunds=None
    )
    columns = ("of", "kind", "amount_cents")
    lines = list(
        own.order_by().annotate(of=Value("site")).values_list(*columns).union(
            pool.cost_lines.order_by().annotate(of=Value("pool")).values_list(*columns), all=True
        )
    )  # fmt: skip
    source = "site" if any(of == "site" for of, _kind, _cents in lines) else "pool"
    for of, kind, cents in lines:
        if of == source:
            planned[kind] = planned.get(kind, 0) + cents
    labels = {kind: str(label) for kind, label in ReportSpending.KINDS}
    found = []
    for report in reports:
        spent = {row.kind: row.amount_cents for row in report.spending.all()}
        kinds = [kind for kind in labels if kind in planned or kind in spent] if spent else []
        rows = [Spent(labels[kind], planned.get(kind, 0), spent.get(kind, 0)) for kind in kinds]
        found.append((report, rows))
    return found


@dataclass(frozen=True)
class SiteBudget:
    """What a site costs, and who pays it."""

    lines: list[Any]  # SiteCost, or the pool's CostLine
    is_own: bool
    total: int
    funded: int  # by the options of the site that count: confirmed, else pledged

    @property
    def missing(self) -> int:
        return max(0, self.total - self.funded)


def site_budget(option: Option, site: Iterable[Option]) -> SiteBudget:
    """``site``: its options that count. Two queries at most."""
    own = list(SiteCost.objects.filter(option=option.cofunds_id or option.pk))
    lines: list[Any] = own or list(option.pool.cost_lines.all())
    funded = sum(each.confirmed_cents or each.amount_cents for each in site)
    return SiteBudget(lines, bool(own), sum(line.amount_cents for line in lines), funded)


@dataclass
class Year:
    """What was written of one option in one year, in cents by kind of line."""

    option: Option
    year: int
    sums: dict[str, int]
    paid: dict[str, int] = field(default_factory=dict)  # by line of what a site costs; "" for none


def by_funder_and_year(pool: Pool) -> list[Year]:
    """Three queries: by funder, year, territory. All years together make the balance."""
    options = {each.pk: each for each in pool.options.for_list()}
    found: dict[tuple[int, int], Year] = {}
    lines = pool.ledger.order_by().values("option", "on__year", "kind")
    for line in lines.annotate(total=Sum("amount_cents")):
        key = line["option"], line["on__year"]
        row = found.setdefault(key, Year(options[key[0]], key[1], {}))
        row.sums[line["kind"]] = int(line["total"])
    paid = pool.ledger.filter(kind=Kind.PAYMENT).order_by()
    parts = paid.values_list("option", "on__year", "instalment__kind")
    for option, year, kind, total in parts.annotate(total=Sum("amount_cents")):
        found[option, year].paid[kind or ""] = int(total)
    return sorted(
        found.values(),
        key=lambda row: (row.option.funder.name, row.year, row.option.territory.label),
    )


def shares_of(options: Iterable[Option]) -> dict[int, int]:
    """What part of its site each option pays, in hundredths of a percent: those of a site make
    10,000. Only of sites that several funders pay; amounts confirmed, else pledged."""
    sites: dict[int, list[Option]] = {}
    for option in options:
        if option.counts:
            sites.setdefault(option.cofunds_id or option.pk, []).append(option)
    found: dict[int, int] = {}
    for site in sites.values():
        if len(site) > 1:
            amounts = [each.confirmed_cents or each.amount_cents for each in site]
            parts = apportion(10_000, amounts)
            found |= {each.pk: part for each, part in zip(site, parts, strict=True)}
    return found


@dataclass(frozen=True)
class Readiness:
    """« Fin prêt » (§ 3) as the last diagnosis established it."""

    ready: bool | None  # None without a diagnosis
    lacking: list[Any]  # what it says is missing


def readiness(card: Initiative) -> Readiness:
    """Two queries."""
    fact = Fact.objects.filter(initiative=card, kind=Fact.Kind.READINESS).order_by("-pk").first()
    if fact is None:
        return Readiness(None, [])
    if fact.value.get("ready"):
        return Readiness(True, [])
    noes = Answer.objects.filter(diagnosis=fact.value.get("diagnosis"), answer=False)
    asked = set(noes.values_list("question", flat=True))
    return Readiness(False, [each.label for each in QUESTIONS if each.key in asked])


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
