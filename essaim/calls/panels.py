"""What calls add to the pages of others: the home page, a card, a territory, the managers'."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.models import Initiative, Publication
from essaim.people.rules import can_manage

from .models import SETTING_UP, Application, ApplicationState, Call, State

SHOWN = 4


def home(request: HttpRequest, obj: Any) -> dict[str, Any] | None:
    """Open calls, those that close soonest first."""
    found = list(Call.objects.taking_applications().for_list().order_by("closes_at")[:SHOWN])
    return {"calls": found} if found else None


def _asking(request: HttpRequest, found: Initiative) -> Any:
    """The open or announced calls that ask for this initiative to be replicated."""
    return Call.objects.filter(
        initiatives=found, state__in=[State.ANNOUNCED, State.OPEN], is_template=False
    )


def card(request: HttpRequest, found: Initiative) -> dict[str, Any] | None:
    if found.publication != Publication.PUBLISHED:
        return None
    calls = list(_asking(request, found).for_list().order_by("closes_at")[:SHOWN])
    return {"calls": calls} if calls else None


def _own(request: HttpRequest, found: Any) -> Any:
    """Calls that it organises."""
    own = Call.objects.visible_to(request.user).filter(organiser=found, is_template=False)
    return own.exclude(state=State.ARCHIVED)


def organisation(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    calls = list(_own(request, found).for_list().order_by("-opens_at")[:SHOWN])
    return {"calls": calls} if calls else None


def management(request: HttpRequest, obj: Any) -> dict[str, Any] | None:
    if not can_manage(request.user):
        return None
    return {"calls": list(Call.objects.filter(state__in=SETTING_UP).for_list()[:SHOWN])}


def _sided(request: HttpRequest, user: Any) -> Any:
    """Applications that this person writes, or that their organisations sign."""
    return Application.objects.of_side(user).exclude(state=ApplicationState.WITHDRAWN)


def workspace(request: HttpRequest, user: Any) -> dict[str, Any] | None:
    rows = _sided(request, user).for_list().order_by("-created_at", "-pk")
    found = list(rows[:SHOWN])
    return {"applications": found} if found else None


def register_panels() -> None:
    title = _("Appels et prix")
    shown: list[tuple[str, str, Any, int, Any]] = [
        ("home", "calls/panel_home.html", home, 100, None),
        ("initiative", "calls/panel_card.html", card, 317, _asking),
        ("organisation", "calls/panel_card.html", organisation, 140, _own),
        ("management", "calls/panel_management.html", management, 60, None),
    ]
    for slot, template, context, order, some in shown:
        register(Panel(slot, "appels", title, template, context, order=order, some=some))
    register(
        Panel(
            "workspace", "candidatures", _("Mes candidatures"), "calls/panel_workspace.html",
            workspace, order=115, some=_sided,
        )
    )  # fmt: skip
