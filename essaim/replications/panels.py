"""What replications add to the pages of cards, places, organisations and to the workspace."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
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
    sites = Replication.objects.filter(initiative=obj).committed()
    costs = Exists(ReportCost.objects.filter(report__replication=OuterRef("pk")))
    # Counted where they are: a card may have thousands of sites.
    counts = sites.aggregate(
        total=Count("pk"),
        standing=Count("pk", filter=Q(state__in=STANDING)),
        costs=Count("pk", filter=costs),
    )
    latest = sites.for_list().order_by("-committed_on", "-pk")[:SHOWN]
    return {
        "card": obj,
        **counts,
        "stopped": counts["total"] - counts["standing"],
        "latest": list(latest) if counts["total"] else [],
        "text": Generalisation.objects.filter(initiative=obj).first(),
    }


def _some(found: Any) -> dict[str, Any] | None:
    """The latest, and how many others: a region may have thousands of them."""
    rows = list(found.for_list().order_by("-committed_on", "-pk")[: SHOWN + 1])
    if not rows:
        return None
    more = found.count() - SHOWN if len(rows) > SHOWN else 0
    return {"latest": rows[:SHOWN], "more": more}


def _public() -> Any:
    return Replication.objects.committed().filter(initiative__publication=Publication.PUBLISHED)


def _here(request: HttpRequest, territory: Any) -> Any:
    return _public().within(territory)


def place(request: HttpRequest, territory: Any) -> dict[str, Any] | None:
    return _some(_here(request, territory))


def _adopted(request: HttpRequest, found: Any) -> Any:
    return _public().filter(adopter=found)


def organisation(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    return _some(_adopted(request, found))


def _mine(request: HttpRequest, user: Any) -> Any:
    mine = user.memberships.values("organisation")
    cards = Initiative.objects.written_by(user).values("pk")
    return Replication.objects.filter(Q(adopter__in=mine) | Q(initiative__in=cards))


def workspace(request: HttpRequest, user: Any) -> dict[str, Any] | None:
    count = _mine(request, user).count()
    return {"count": count} if count else None


def register_panels() -> None:
    title = _("Reprises")
    shown: list[tuple[str, str, Any, int, Any]] = [
        ("initiative", "replications/panel_card.html", card, 310, None),
        ("territory", "replications/panel_place.html", place, 120, _here),
        ("organisation", "replications/panel_place.html", organisation, 120, _adopted),
        ("workspace", "replications/panel_workspace.html", workspace, 120, _mine),
    ]
    for slot, template, context, order, some in shown:
        register(Panel(slot, "reprises", title, template, context, order=order, some=some))
