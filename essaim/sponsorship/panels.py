"""What this app adds to the pages of others: a way to ask for a sponsor."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.models import Initiative, Publication


def ask(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    if card.publication != Publication.PUBLISHED or not request.user.is_authenticated:
        return None
    return {"card": card}


def register_panels() -> None:
    register(
        Panel(
            slot="initiative.actions",
            name="parrain",
            title=_("Demander un parrain"),
            template="sponsorship/_ask_button.html",
            context=ask,
            order=200,
        )
    )
