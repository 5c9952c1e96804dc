"""On a card: which source gives it, and whether it still does; instead of one that left with it:
when, and where it was."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.harvest.models import Item
from essaim.initiatives.models import Initiative


def harvested(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    if not card.source_name and card.author_id is not None:
        return None  # written here
    items = list(Item.objects.shown_on(card))
    return {"items": items, "card": card} if items else None


def withdrawn(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """Said to all of a card that left the bank because its source withdrew it."""
    items = Item.objects.shown_on(card).filter(archived_here=True, state=Item.State.WITHDRAWN)
    found = list(items)
    return {"items": found} if found else None


def register_panels() -> None:
    register(
        Panel(
            "initiative.gone",
            "moissonnage",
            _("D’où vient cette fiche"),
            "harvest/panel_gone.html",
            withdrawn,
        )
    )
    register(
        Panel(
            "initiative",
            "moissonnage",
            _("D’où vient cette fiche"),
            "harvest/panel_card.html",
            harvested,
            order=950,
            some=lambda request, card: Item.objects.shown_on(card),
        )
    )
