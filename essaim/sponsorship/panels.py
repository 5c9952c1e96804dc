"""What this app adds to the pages of others: a way to ask for a sponsor."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.models import Initiative, Publication
from essaim.needs.models import Need
from essaim.needs.rules import can_edit


def ask(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    if card.publication != Publication.PUBLISHED or not request.user.is_authenticated:
        return None
    return {"card": card}


def ask_about_need(request: HttpRequest, need: Need) -> dict[str, Any] | None:
    """For who speaks for it: the request is theirs."""
    return {"need": need} if can_edit(request.user, need) else None


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
    register(
        Panel(
            slot="need",
            name="parrain",
            title=_("Demander l’aide d’un parrain"),
            template="sponsorship/panel_need.html",
            context=ask_about_need,
            order=300,
        )
    )
