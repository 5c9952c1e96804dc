"""The rows behind each figure: what anybody may see, as it stands now.

A figure has the date of its computation, these rows are read when the page is asked: a few may
have come or gone between the two, and the page says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from essaim.common.spreadsheets import Cell
from essaim.evaluations.models import AvoidedCosts
from essaim.funding.models import LedgerLine
from essaim.funding.models.ledger import Kind
from essaim.initiatives.models import EconomicLine, Phase
from essaim.insights.computing import cards, costs, money, needs, sites
from essaim.insights.models import Scope
from essaim.replications.coverage import need_of
from essaim.replications.models import RUNNING, STANDING, NeedEstimate, ReportCost
from essaim.territories.models import Containment, Overlap, Territory


@dataclass(frozen=True)
class Line:
    title: str
    address: str
    cells: list[Cell]


@dataclass(frozen=True)
class Listing:
    """``queryset`` in a fixed order; ``line`` makes a row of each object."""

    queryset: Any
    headings: list[Any]
    line: Callable[[Any], Line]


def _cards(code: str, scope: str) -> Listing:
    known = code in Phase.values
    return _card_listing(cards.in_phase(code, scope) if known else cards.published(scope))


def _evidence(code: str, scope: str) -> Listing:
    found = cards.published(scope)
    wanted = (
        {"proof_level": int(code)}
        if len(code) == 1 and code in "012345"
        else {"proof_level__gte": 1}
    )
    return _card_listing(found.filter(**wanted))


def _card_listing(found: Any) -> Listing:
    return Listing(
        found.select_related("holder")
        .only("slug", "title", "phase", "proof_level", "holder__name")
        .order_by("-proof_level", "pk"),
        [_("Initiative"), _("Phase"), _("Niveau de preuve"), _("Porteur")],
        lambda card: Line(
            card.title, card.get_absolute_url(),
            [card.get_phase_display(), card.proof_level, card.holder.name if card.holder else ""],
        ),
    )  # fmt: skip


def _site_listing(found: Any) -> Listing:
    return Listing(
        found.for_list().order_by("-committed_on", "-pk"),
        [_("Reprise"), _("Initiative"), _("État"), _("Mode"), _("Engagée le")],
        lambda site: Line(
            site.title, site.get_absolute_url(),
            [
                site.initiative.title, site.get_state_display(), site.get_mode_display(),
                site.committed_on.isoformat() if site.committed_on else "",
            ],
        ),
    )  # fmt: skip


def _sites(code: str, scope: str) -> Listing:
    found = sites.of_public_cards(scope).standing()
    if code in STANDING:
        found = found.filter(state=code)
    elif code:
        found = found.filter(territory__in=_places_of(code))
    return _site_listing(found)


def _places_of(department: str) -> Any:
    """The department, what it contains, and what lies across it."""
    place = Territory.objects.filter(kind="department", code=department).values("pk")[:1]
    inside = Containment.objects.filter(ancestor__in=place).values("descendant")
    across = Overlap.objects.filter(other__in=place).values("one")
    return Territory.objects.filter(Q(pk__in=inside) | Q(pk__in=across)).values("pk")


def _stopped(code: str, scope: str) -> Listing:
    return _site_listing(sites.of_public_cards(scope).filter(state="stopped"))


def _modes(code: str, scope: str) -> Listing:
    found = sites.of_public_cards(scope)
    return _site_listing(found.filter(mode=code) if code else found)


def _served(code: str, scope: str) -> Listing:
    found = sites.with_served(sites.of_public_cards(scope).filter(state__in=RUNNING))
    return Listing(
        found.for_list().order_by(F("served").desc(nulls_last=True), "pk"),
        [_("Reprise"), _("Initiative"), _("Personnes servies")],
        lambda site: Line(
            site.title, site.get_absolute_url(), [site.initiative.title, site.served]
        ),
    )


def _needs(code: str, scope: str) -> Listing:
    pks = [each.pk for each in needs.estimates_of(scope)]
    found = NeedEstimate.objects.filter(pk__in=pks).select_related("initiative", "territory")

    def line(each: NeedEstimate) -> Line:
        people = need_of(each)
        return Line(
            each.initiative.title, f"{each.initiative.get_absolute_url()}/reprises#besoin",
            [each.territory.label, people.low, people.central, people.high, each.source],
        )  # fmt: skip

    return Listing(
        found.order_by("initiative__title", "pk"),
        [_("Initiative"), _("Territoire"), _("Besoin : bas"), _("Central"), _("Haut"), _("Source")],
        line,
    )


# What each total adds up and takes off.
_KINDS = {
    "pledged": (Kind.PLEDGE, Kind.RELEASE),
    "confirmed": (Kind.CONFIRMATION, Kind.DISENGAGEMENT),
    "committed": (Kind.COMMITMENT,),
    "paid": (Kind.PAYMENT, Kind.RECOVERY),
}
_YEAR = re.compile(r"[1-9][0-9]{3}")
_TAKEN_OFF = {Kind.RELEASE, Kind.DISENGAGEMENT, Kind.RECOVERY}


def _money(key: str) -> Callable[[str, str], Listing]:
    def listing(code: str, scope: str) -> Listing:
        found = money.public_lines(scope).filter(kind__in=_KINDS[key])
        if code:
            found = found.filter(on__year=int(code)) if _YEAR.fullmatch(code) else found.none()

        def line(each: LedgerLine) -> Line:
            sign = -1 if each.kind in _TAKEN_OFF else 1
            return Line(
                each.pool.initiative.title, each.pool.get_absolute_url(),
                [
                    each.option.funder.name, each.option.territory.label, each.get_kind_display(),
                    each.on.isoformat(), sign * Decimal(each.amount_cents) / 100,
                ],
            )  # fmt: skip

        return Listing(
            found.select_related(
                "pool__initiative", "option__funder", "option__territory"
            ).order_by("-on", "-pk"),
            [
                _("Subvention"), _("Financeur"), _("Territoire"), _("Écriture"), _("Date"),
                _("Montant (€)"),
            ],
            line,
        )  # fmt: skip

    return listing


def _avoided(code: str, scope: str) -> Listing:
    found = AvoidedCosts.objects.filter(
        evaluation__in=costs.concluded(scope).values("pk"), results__isnull=False
    ).select_related("evaluation__initiative")
    if code:
        found = found.filter(lines__payer__iexact=code).distinct()

    def line(each: AvoidedCosts) -> Line:
        assert each.results is not None
        values = each.results["by_payer"].get(code) if code else None
        low, central, high = (Decimal(v) for v in values or each.results["total"])
        return Line(
            each.evaluation.title, each.evaluation.get_absolute_url(),
            [each.evaluation.initiative.title, low, central, high],
        )  # fmt: skip

    return Listing(
        found.order_by("evaluation__title", "pk"),
        [_("Évaluation"), _("Initiative"), _("Bas (€)"), _("Central (€)"), _("Haut (€)")],
        line,
    )


def _avoided_told(code: str, scope: str) -> Listing:
    found = ReportCost.objects.filter(
        report__replication__in=sites.of_public_cards(scope).values("pk"),
        line=EconomicLine.Line.AVOIDED_COSTS,
    ).select_related(
        "report__replication__adopter", "report__replication__territory",
        "report__replication__initiative",
    )  # fmt: skip
    return Listing(
        found.order_by("-report__quarter", "pk"),
        [_("Reprise"), _("Initiative"), _("Trimestre"), _("Coûts évités (€)")],
        lambda each: Line(
            each.report.replication.title, each.report.replication.get_absolute_url(),
            [
                each.report.replication.initiative.title, each.report.quarter_label,
                Decimal(each.amount_cents) / 100,
            ],
        ),
    )  # fmt: skip


def _themes(code: str, scope: str) -> Listing:
    found = cards.open_needs(scope)
    if code:
        found = found.filter(theme__slug=code)
    return Listing(
        found.select_related("theme", "territory").order_by("-created_at", "-pk"),
        [_("Besoin"), _("Thème"), _("Territoire")],
        lambda need: Line(
            (need.others_read or need.text)[:120], need.get_absolute_url(),
            [str(need.theme), need.territory.label if need.territory else ""],
        ),
    )  # fmt: skip


LISTINGS: dict[str, Callable[[str, str], Listing]] = {
    "cards": _cards,
    "waiting": _cards,
    "evidence": _evidence,
    "sites": _sites,
    "stopped": _stopped,
    "modes": _modes,
    "served": _served,
    "need_aimed": _needs,
    "need_covered": _needs,
    "need_remaining": _needs,
    **{key: _money(key) for key in money.KEYS},
    "avoided": _avoided,
    "avoided_told": _avoided_told,
    "themes": _themes,
}


def listing(key: str, code: str = "", scope: str = Scope.PUBLIC) -> Listing:
    """Raises KeyError for a figure that has no rows."""
    return LISTINGS[key](code, scope)


def table(found: Listing) -> Iterable[list[Cell]]:
    """Everything, as a file; its first row is the heading."""
    yield [*(str(heading) for heading in found.headings), str(_("Adresse"))]
    for each in found.queryset.iterator(chunk_size=2_000):
        line = found.line(each)
        yield [line.title, *line.cells, line.address]
