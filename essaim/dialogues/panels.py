"""What this room adds to a card's page: the training it carries."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.models import Initiative
from essaim.initiatives.rules import can_edit

from .models import Campaign, Dialogue, Module, Session

SHOWN = 5


def _modules(request: HttpRequest, card: Initiative) -> Any:
    """Who may add one sees the block without any."""
    standing = Module.objects.filter(initiative=card, removed_at=None)
    return None if can_edit(request.user, card) else standing


def training(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    modules = list(Module.objects.filter(initiative=card, removed_at=None)[:SHOWN])
    if not modules:
        return (
            {"card": card, "modules": [], "sessions": []} if can_edit(request.user, card) else None
        )
    sessions = Session.objects.filter(
        module__initiative=card, module__removed_at=None, cancelled_on=None,
        ends_on__gte=timezone.localdate(),
    ).select_related("module", "organisation")  # fmt: skip
    return {"card": card, "modules": modules, "sessions": list(sessions[:SHOWN])}


def workspace(request: HttpRequest, user: Any) -> dict[str, Any] | None:
    """For who has a part in a dialogue, or may begin a campaign."""
    campaigns = list(Campaign.objects.run_by(user).exclude(state="closed")[:SHOWN])
    own = Dialogue.objects.of_territory(user).exclude(state="closed").for_list()
    dialogues = list(own[:SHOWN])
    if not campaigns and not dialogues:
        return None
    return {"campaigns": campaigns, "dialogues": dialogues}


def register_panels() -> None:
    register(
        Panel(
            "workspace", "dialogues", _("Dialogue de gestion"), "dialogues/panel_workspace.html",
            workspace, order=145,
        )
    )  # fmt: skip
    register(
        Panel(
            "initiative", "formations", _("Formations"), "dialogues/panel.html", training,
            order=740, some=_modules,
        )
    )  # fmt: skip
