"""The rows behind each figure: what anybody may see, as it stands now.

A figure has the date of its computation, these rows are read when the page is asked: a few may
have come or gone between the two, and the page says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.spreadsheets import Cell
from essaim.evaluations.models import AvoidedCosts
from essaim.funding.models import LedgerLine
from essaim.funding.models.ledger import Kind
from essaim.initiatives.models import EconomicLine, Initiative, Phase, PhaseChange
from essaim.insights.computing import cards, costs, funnel, money, needs, sites, supports, waits
from essaim.insights.models import Scope
from essaim.replications.models import RUNNING, STANDING, ReportCost
from essaim.territories.models import Containment, Overlap, Territory
from essaim.themes.models import Theme

# Ends of codes: of a mode, those that run, or stopped; of a theme, what is proven.
RUNNING_ONES, STOPPED_ONES, PROVEN_ONES = ":running", ":stopped", ":proven"


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
    for suffix, states in ((RUNNING_ONES, RUNNING), (STOPPED_ONES, ["stopped"])):
        if code.endswith(suffix):
            code, found = code.removesuffix(suffix), found.filter(state__in=states)
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


def _needs(part: str) -> Callable[[str, str], Listing]:
    """A row for each card with an estimate: its rows add up to the figure."""

    def listing(code: str, scope: str) -> Listing:
        people = needs.by_card(scope)
        found = Initiative.objects.filter(pk__in=people).order_by("title", "pk")

        def line(card: Initiative) -> Line:
            mine = people[card.pk]
            shown = mine.left if part == "need_remaining" else mine.aimed
            cells: list[Cell] = [shown.low, shown.central, shown.high]
            if part == "need_covered":
                cells = [mine.served if mine.tells else None]
            return Line(card.title, f"{card.get_absolute_url()}/reprises#besoin", cells)

        bounds = [_("Bas"), _("Central"), _("Haut")]
        headings = [_("Personnes servies")] if part == "need_covered" else bounds
        return Listing(found.only("slug", "title"), [_("Initiative"), *headings], line)

    return listing


def _waiting(code: str, scope: str) -> Listing:
    """Cards of a phase, or those that wait for one thing; since when, in days."""
    if code in waits.WAITS:
        found = waits.held_by(code, scope)
    else:
        found = cards.in_phase(code, scope) if code in Phase.values else cards.published(scope)
    moved, today = cards.lowered(scope), timezone.localdate()

    def line(card: Initiative) -> Line:
        phase = moved.get(card.pk, card.phase)
        since = _entered(card).get(phase)
        waited = None if since is None else max(0, (today - since).days)
        return Line(
            card.title, card.get_absolute_url(),
            [str(Phase(phase).label), since.isoformat() if since else "", waited],
        )  # fmt: skip

    return Listing(
        _with_changes(found),
        [_("Initiative"), _("Phase"), _("Depuis"), _("Jours")],
        line,
    )


def _supports(code: str, scope: str) -> Listing:
    """Cards of a group, and whether they were ever taken up."""
    try:
        found = supports.group(code, scope)
    except ValueError:
        found = supports.cards_with("kit", scope).none()
    return Listing(
        found.only("slug", "title", "proof_level").order_by("title", "pk"),
        [_("Initiative"), _("Niveau de preuve"), _("Reprise au moins une fois")],
        lambda card: Line(
            card.title, card.get_absolute_url(),
            [card.proof_level, str(_("oui") if card.taken else _("non"))],
        ),
    )  # fmt: skip


def _delays(code: str, scope: str) -> Listing:
    """Cards that passed a step, and how long each took; all published ones without a code."""
    steps = list(pairwise(funnel.ORDER))
    found = cards.published(scope)
    wanted = [step for step in steps if ">".join(step) == code]
    if code:
        after = funnel.ORDER[funnel.ORDER.index(wanted[0][1]) :] if wanted else []
        moved = cards.lowered(scope)
        back = [pk for pk, phase in moved.items() if phase not in after]
        found = found.filter(phase__in=after).exclude(pk__in=back)
    shown = wanted or steps
    names = dict(Phase.choices)

    def line(card: Initiative) -> Line:
        days = _entered(card)
        return Line(
            card.title, card.get_absolute_url(),
            [funnel.between(days, before, after) for before, after in shown],
        )  # fmt: skip

    headings = [
        _("De « %(a)s » à « %(b)s » (jours)") % {"a": names[before], "b": names[after]}
        for before, after in shown
    ]
    return Listing(_with_changes(found), [_("Initiative"), *headings], line)


def _with_changes(found: Any) -> Any:
    changes = PhaseChange.objects.order_by("at", "pk")
    return (
        found.only("slug", "title", "phase")
        .prefetch_related(Prefetch("phase_changes", queryset=changes))
        .order_by("title", "pk")
    )


def _entered(card: Initiative) -> dict[str, Any]:
    return {
        each.phase: funnel.day_of(each.reason, each.at)
        for each in card.phase_changes.all()  # type: ignore[attr-defined]
    }


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
        # A payer is one however it was typed; few evaluations price anything.
        theirs = [each.pk for each in found if costs.amounts(each, code)]
        found = found.filter(pk__in=theirs)

    def line(each: AvoidedCosts) -> Line:
        values = costs.amounts(each, code)
        cells: list[Cell] = [*values] if values else [None, None, None]
        return Line(
            each.evaluation.title, each.evaluation.get_absolute_url(),
            [each.evaluation.initiative.title, *cells],
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
    """The themes; of one, its open needs, or its proven cards."""
    if code.endswith(PROVEN_ONES):
        slug = code.removesuffix(PROVEN_ONES)
        return _card_listing(cards.proven_for_needs(scope).filter(themes__slug=slug))
    if not code:
        waiting, _asked = cards.waiting_themes(scope)
        return Listing(
            Theme.objects.filter(pk__in=waiting).order_by("slug"),
            [_("Thème"), _("Besoins ouverts"), _("Fiches éprouvées")],
            lambda theme: Line(
                str(theme), f"{reverse('needs:list')}?theme={theme.slug}", list(waiting[theme.pk])
            ),
        )
    found = cards.open_needs(scope).filter(theme__slug=code)
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
    "waiting": _waiting,
    "delays": _delays,
    "supports": _supports,
    "evidence": _evidence,
    "sites": _sites,
    "stopped": _stopped,
    "modes": _modes,
    "served": _served,
    **{key: _needs(key) for key in ("need_aimed", "need_covered", "need_remaining")},
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
