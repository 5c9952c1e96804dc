"""What the picture of the whole adds to the pages of cards, territories, organisations."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.models import Initiative, Publication
from essaim.people.models import Organisation
from essaim.territories.models import Territory

from . import rules
from .models import CardForecast


def _tried(request: HttpRequest, obj: Initiative) -> Any:
    return CardForecast.objects.filter(initiative=obj)


def card(request: HttpRequest, obj: Initiative) -> dict[str, Any] | None:
    """Only once a forecast was tried; one query."""
    if obj.publication != Publication.PUBLISHED:
        return None
    found = _tried(request, obj).only("refusal").first()
    return {"card": obj, "found": found} if found else None


def territory(request: HttpRequest, obj: Territory) -> dict[str, Any]:
    return {"territory": obj}


def organisation(request: HttpRequest, obj: Organisation) -> dict[str, Any] | None:
    if not request.user.is_authenticated or not rules.can_read_funder(request.user, obj):
        return None
    return {"organisation": obj} if obj.options.exists() else None  # type: ignore[attr-defined]


def register_panels() -> None:
    board = _("Tableau de bord")
    slots: list[tuple[str, Any, str, Any, int, Any]] = [
        ("initiative", _("Diffusion et prévision"), "insights/panel_card.html", card, 312, _tried),
        ("territory", board, "insights/panel_territory.html", territory, 500, None),
        ("organisation", board, "insights/panel_organisation.html", organisation, 500, None),
    ]
    for slot, title, template, context, order, some in slots:
        register(Panel(slot, "tableau-de-bord", title, template, context, order=order, some=some))
