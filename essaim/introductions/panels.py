"""What this app adds to the pages of others."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.models import Initiative, Publication
from essaim.introductions import numbers, rules
from essaim.introductions.models import Introduction
from essaim.people.models import Organisation


def on_card(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    if card.publication != Publication.PUBLISHED:
        return None
    team = rules.can_look_for_territories(request.user, card)
    found = numbers.of_card(card, exact=team)
    if found is None and not team:
        return None
    return {"card": card, "numbers": found, "team": team}


def territories_button(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    if card.publication != Publication.PUBLISHED:
        return None
    return {"card": card} if rules.can_look_for_territories(request.user, card) else None


def choice_button(request: HttpRequest, organisation: Organisation) -> dict[str, Any] | None:
    return {"organisation": organisation} if rules.can_choose(request.user, organisation) else None


def _mine(request: HttpRequest, user: Any) -> Any:
    """Both as a holder and as an adopter."""
    return Introduction.objects.for_holder(user) | Introduction.objects.for_adopter(user)


def workspace(request: HttpRequest, user: Any) -> dict[str, Any]:
    return {}  # some are there: its page has them all


def register_panels() -> None:
    register(
        Panel(
            "workspace",
            "mises-en-relation",
            _("Mises en relation"),
            "introductions/panel_workspace.html",
            workspace,
            order=118,
            some=_mine,
        )
    )
    register(
        Panel(
            "initiative",
            "mises-en-relation",
            _("Mises en relation"),
            "introductions/panel_card.html",
            on_card,
            order=720,
        )
    )
    register(
        Panel(
            "initiative.actions",
            "territoires-utiles",
            _("Où serait-elle utile ?"),
            "introductions/_territories_button.html",
            territories_button,
            order=210,
        )
    )
    register(
        Panel(
            "organisation.actions",
            "propositions",
            _("Propositions d’initiatives"),
            "introductions/_choice_button.html",
            choice_button,
            order=210,
        )
    )
