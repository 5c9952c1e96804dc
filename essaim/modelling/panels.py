"""The way from a card to its model and its economics."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives import rules
from essaim.initiatives.models import Initiative


def model(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """No query of its own: what the card shows already says whether there is something to read."""
    empty = not card.components.all() and not card.economics.all()
    if empty and not rules.can_edit(request.user, card):
        return None
    return {"card": card}


def sorting(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """While the card is written, once there is something to sort; no query of its own."""
    return {"card": card} if card.components.all() else None


def register_panels() -> None:
    register(Panel("initiative", "modele", _("Modèle"), "modelling/panel.html", model, order=290))
    register(
        Panel(
            "initiative.writing", "modele", _("Modèle"), "modelling/_writing_link.html", sorting,
            order=290,
        )
    )  # fmt: skip
