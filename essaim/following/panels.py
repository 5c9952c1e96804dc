"""The button « Suivre » on the pages of the floors below."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.following.reading import button
from essaim.people.models import Organisation
from essaim.territories.models import Territory

TEMPLATE = "following/_button.html"


def territory(request: HttpRequest, territory: Territory) -> dict[str, Any] | None:
    return button(request, "territory", territory.address) if territory.gone_on is None else None


def organisation(request: HttpRequest, organisation: Organisation) -> dict[str, Any]:
    return button(request, "organisation", str(organisation.pk))


def register_panels() -> None:
    register(Panel("territory.actions", "suivre", _("Suivre"), TEMPLATE, territory))
    register(Panel("organisation.actions", "suivre", _("Suivre"), TEMPLATE, organisation))
