"""What replications add to the pages of cards, places, organisations and to the workspace."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.models import Initiative, Publication

from .models import STANDING, Generalisation, Replication, ReportCost

SHOWN = 5


def card(request: HttpRequest, obj: Initiative) -> dict[str, Any] | None:
    """How many sites, the latest, and how many told what they cost; three queries."""
    if obj.publication != Publication.PUBLISHED:
        return None
    sites = list(
        Replication.objects.filter(initiative=obj).committed().for_list().order_by("-committed_on")
    )
    costs = 0
    if sites:
        told = ReportCost.objects.filter(report__replication__initiative=obj)
        costs = told.values("report__replication").distinct().count()
    standing = sum(1 for each in sites if each.state in STANDING)
    return {
        "card": obj,
        "total": len(sites),
        "standing": standing,
        "stopped": len(sites) - standing,
        "latest": sites[:SHOWN],
        "costs": costs,
        "text": Generalisation.objects.filter(initiative=obj).first(),
    }


def _some(found: Any) -> dict[str, Any] | None:
    rows = list(found.for_list().order_by("-committed_on", "-pk"))
    if not rows:
        return None
    return {"latest": rows[:SHOWN], "more": max(0, len(rows) - SHOWN)}


def place(request: HttpRequest, territory: Any) -> dict[str, Any] | None:
    public = Replication.objects.committed().filter(initiative__publication=Publication.PUBLISHED)
    return _some(public.within(territory))


def organisation(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    public = Replication.objects.committed().filter(initiative__publication=Publication.PUBLISHED)
    return _some(public.filter(adopter=found))


def workspace(request: HttpRequest, user: Any) -> dict[str, Any] | None:
    mine = user.memberships.values("organisation")
    cards = Initiative.objects.written_by(user).values("pk")
    count = Replication.objects.filter(Q(adopter__in=mine) | Q(initiative__in=cards)).count()
    return {"count": count} if count else None


def register_panels() -> None:
    title = _("Reprises")
    for slot, template, context, order in [
        ("initiative", "replications/panel_card.html", card, 310),
        ("territory", "replications/panel_place.html", place, 120),
        ("organisation", "replications/panel_place.html", organisation, 120),
        ("workspace", "replications/panel_workspace.html", workspace, 120),
    ]:
        register(Panel(slot, "reprises", title, template, context, order=order))
