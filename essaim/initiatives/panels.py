"""What this app adds to the pages of others."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.following.reading import button
from essaim.initiatives import following, rules
from essaim.initiatives.models import CardImport, ImportState, Initiative, Publication

WAITING = [ImportState.READY, ImportState.CHECKING, ImportState.IMPORTING, ImportState.FAILED]
SHOWN = 5


def imports(request: HttpRequest, obj: Any) -> dict[str, Any] | None:
    """For managers: the imports that wait for someone, and the way to the page."""
    if not rules.can_import(request.user):
        return None
    waiting = CardImport.objects.visible_to(request.user).filter(state__in=WAITING)
    return {"imports": waiting[:SHOWN]}


def follow_button(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """Once it is public: before, nothing is announced of it."""
    if card.publication != Publication.PUBLISHED:
        return None
    return button(request, *following.ref(card))


def register_panels() -> None:
    register(
        Panel(
            slot="initiative.actions",
            name="suivre",
            title=_("Suivre"),
            template="following/_button.html",
            context=follow_button,
        )
    )
    register(
        Panel(
            slot="management",
            name="imports",
            title=_("Imports et exports de fiches"),
            template="initiatives/imports/panel.html",
            context=imports,
            order=30,
        )
    )
