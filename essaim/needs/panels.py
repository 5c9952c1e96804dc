"""What this app adds to the pages of lower floors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.groups.models import Group
from essaim.needs.models import Need
from essaim.needs.reading import show
from essaim.territories.models import Territory

SHOWN, GROUPED = 5, 50


def _concerning(request: HttpRequest, territory: Territory) -> Any:
    return Need.objects.visible_to(request.user).open().concerning(territory)


def territory_needs(request: HttpRequest, territory: Territory) -> dict[str, Any] | None:
    """The latest needs of the place and of what it contains; nothing where there is none."""
    needs = _concerning(request, territory).for_list()[:SHOWN]
    lines = [show(need, request.user) for need in needs]
    return {"lines": lines, "territory": territory} if lines else None


def group_needs(request: HttpRequest, group: Group) -> dict[str, Any] | None:
    """The needs that go together in this group, of those the reader may see."""
    needs = Need.objects.visible_to(request.user).filter(group=group).for_list()[:GROUPED]
    lines = [show(need, request.user) for need in needs]
    return {"lines": lines, "group": group} if lines else None


def _spoken_for(request: HttpRequest, user: Any) -> Any:
    return Need.objects.spoken_for(user).open()


def workspace(request: HttpRequest, user: Any) -> dict[str, Any] | None:
    """One's own needs that are still open, and those of one's organisations. One query."""
    needs = _spoken_for(request, user).for_list().order_by("-created_at", "-pk")
    lines = [show(need, user) for need in needs[: SHOWN + 1]]
    return {"lines": lines[:SHOWN], "more": len(lines) > SHOWN} if lines else None


def register_panels() -> None:
    register(
        Panel(
            slot="workspace",
            name="besoins",
            title=_("Mes besoins"),
            template="needs/panel_workspace.html",
            context=workspace,
            order=60,
            some=_spoken_for,
        )
    )
    register(
        Panel(
            slot="group",
            name="besoins-reunis",
            title=_("Besoins réunis"),
            template="needs/panel_group.html",
            context=group_needs,
            order=10,
        )
    )
    register(
        Panel(
            slot="territory",
            name="besoins",
            title=_("Besoins exprimés"),
            template="needs/panel_territory.html",
            context=territory_needs,
            order=50,
            some=_concerning,
        )
    )
