"""What this app adds to the pages of others."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.people.models import EmailDomain, Membership, MembershipRequest, Organisation, User
from essaim.people.rules import can_manage

SHOWN = 10


def organisations(request: HttpRequest, user: User) -> dict[str, Any]:
    return {"memberships": Membership.objects.filter(user=user).for_list()}


def organisations_that_wait(request: HttpRequest, obj: Any) -> dict[str, Any] | None:
    """Those that need a manager: nobody represents them, someone asks, a domain is to verify."""
    if not can_manage(request.user):
        return None
    found = {
        "unrepresented": Organisation.objects.without_representative().order_by("name")[:SHOWN],
        "requests": MembershipRequest.objects.waiting_for(request.user).for_list()[:SHOWN],
        "domains": EmailDomain.objects.filter(verified_at=None)
        .select_related("organisation")
        .order_by("requested_at")[:SHOWN],
    }
    return found if any(found.values()) else None


def register_panels() -> None:
    register(
        Panel(
            slot="workspace",
            name="organisations",
            title=_("Mes organisations"),
            template="people/panel_workspace.html",
            context=organisations,
            order=50,
            for_all=True,
        )
    )
    register(
        Panel(
            slot="management",
            name="organisations",
            title=_("Organisations qui ont besoin d’un animateur"),
            template="people/panel_management.html",
            context=organisations_that_wait,
            order=40,
        )
    )
