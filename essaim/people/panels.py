"""What this app adds to the pages of others."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.people.models import Membership, User


def organisations(request: HttpRequest, user: User) -> dict[str, Any]:
    return {"memberships": Membership.objects.filter(user=user).for_list()}


def register_panels() -> None:
    register(
        Panel(
            slot="workspace",
            name="organisations",
            title=_("Mes organisations"),
            template="people/panel_workspace.html",
            context=organisations,
            order=50,
        )
    )
