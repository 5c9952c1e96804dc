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


def card(request: HttpRequest, found: Initiative) -> dict[str, Any] | None:
    """Calls that this card won, or whose laureates take it up: published results alone."""
    if found.publication != Publication.PUBLISHED:
        return None
    rows = list(
        results.published()
        .filter(Q(initiative=found) | Q(adopts=found))
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


def organisation(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    rows = list(
        results.published()
        .filter(organisation=found)
        .select_related("call")
        .order_by("-call__results_at", "-pk")[:SHOWN]
    )
    return {"won": rows} if rows else None


def register_panels() -> None:
    title = _("Lauréate d’un appel")
    for slot, template, context, order in [
        ("initiative", "calls/panel_won.html", card, 60),
        ("organisation", "calls/panel_organisation.html", organisation, 125),
    ]:
        register(Panel(slot, "laureats", title, template, context, order=order))
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
