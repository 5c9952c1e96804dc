"""What an organisation carries, on its public page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation

SHOWN = 50


def _held(request: HttpRequest, organisation: Organisation) -> Any:
    return Initiative.objects.visible_to(request.user).filter(holder=organisation)


def carried(request: HttpRequest, organisation: Organisation) -> dict[str, Any] | None:
    """Its cards, as far as this reader may see them; one more than shown tells there are others."""
    found = list(_held(request, organisation).order_by("title")[: SHOWN + 1])
    return {"initiatives": found[:SHOWN], "more": len(found) > SHOWN} if found else None


def register_panels() -> None:
    register(
        Panel(
            slot="organisation",
            name="initiatives",
            title=_("Ce qu’elle porte"),
            template="portal/panel_organisation.html",
            context=carried,
            order=10,
            some=_held,
        )
    )
