"""What results add to the pages of others: a badge on a card, laureates of an organisation."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.models import Initiative, Publication

from . import results
from .sites import of_site

SHOWN = 5


def _won_with(request: HttpRequest, found: Initiative) -> Any:
    """Calls that this card won, or whose laureates take it up: published results alone."""
    return results.published().filter(Q(initiative=found) | Q(adopts=found))


def card(request: HttpRequest, found: Initiative) -> dict[str, Any] | None:
    if found.publication != Publication.PUBLISHED:
        return None
    rows = list(
        _won_with(request, found)
        .select_related("call", "organisation", "person", "credit", "territory")
        .order_by("-call__results_at", "-pk")[:SHOWN]
    )
    if not rows:
        return None
    return {
        "won": [row for row in rows if row.initiative_id == found.pk],
        "adopted": [
            (row, results.name_of(row)) for row in rows if row.initiative_id != found.pk
        ],
    }  # fmt: skip


def _won_by(request: HttpRequest, found: Any) -> Any:
    return results.published().filter(organisation=found)


def organisation(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    rows = list(
        _won_by(request, found).select_related("call").order_by("-call__results_at", "-pk")[:SHOWN]
    )
    return {"won": rows} if rows else None


def register_panels() -> None:
    title = _("Lauréate d’un appel")
    shown: list[tuple[str, str, Any, int, Any]] = [
        ("initiative", "calls/panel_won.html", card, 60, _won_with),
        ("organisation", "calls/panel_organisation.html", organisation, 125, _won_by),
    ]
    for slot, template, context, order, some in shown:
        register(Panel(slot, "laureats", title, template, context, order=order, some=some))
    register(
        Panel(
            "replication",
            "appel",
            _("L’appel d’essaimage"),
            "calls/panel_site.html",
            of_site,
            order=20,
        )
    )
