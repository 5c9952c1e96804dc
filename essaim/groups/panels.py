"""What this app adds to the pages of territories."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.groups.models import Group, Member
from essaim.territories.models import Territory
from essaim.territories.similar import Likeness

SHOWN = 10


def _of_territory(request: HttpRequest, territory: Territory) -> Any:
    """The groups it is a member of; of a group, nothing (its own page says everything)."""
    if territory.kind == "group":
        return Group.objects.none()
    accepted = {"members__territory": territory, "members__state": Member.State.ACCEPTED}
    return Group.objects.visible_to(request.user).active().filter(**accepted)


def groups_of_territory(request: HttpRequest, territory: Territory) -> dict[str, Any] | None:
    groups = list(_of_territory(request, territory).for_list()[:SHOWN])
    return {"groups": groups} if groups else None


def page_of_group(request: HttpRequest, territory: Territory) -> dict[str, Any] | None:
    """From the place to the group, on the place's own page."""
    match = request.resolver_match
    if territory.kind != "group" or (match and match.view_name == "groups:detail"):
        return None
    return {"code": territory.code}


def group_from_neighbours(request: HttpRequest, found: Likeness) -> dict[str, Any] | None:
    if not found.neighbours:
        return None
    return {"territory": found.territory, "neighbours": found.neighbours}


def all_groups(request: HttpRequest, _nothing: None) -> dict[str, Any] | None:
    return {}


def register_panels() -> None:
    register(
        Panel(
            slot="territories",
            name="groupes",
            title=_("Groupes de territoires"),
            template="groups/panel_entry.html",
            context=all_groups,
            order=10,
        )
    )
    register(
        Panel(
            slot="territory",
            name="groupes",
            title=_("Groupes de territoires"),
            template="groups/panel_territory.html",
            context=groups_of_territory,
            order=80,
            some=_of_territory,
        )
    )
    register(
        Panel(
            slot="territory.actions",
            name="groupe",
            title=_("Voir le groupe"),
            template="groups/_page_button.html",
            context=page_of_group,
            order=10,
        )
    )
    register(
        Panel(
            slot="territory.similar",
            name="former-un-groupe",
            title=_("Former un groupe avec ces territoires"),
            template="groups/panel_similar.html",
            context=group_from_neighbours,
            order=10,
        )
    )
