"""What this app adds to the pages of cards."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.evaluations import rules
from essaim.evaluations.models import Evaluation
from essaim.evaluations.views.proof import SLOT
from essaim.initiatives.models import Initiative, Publication

SHOWN = 20


def self_evaluations(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """Concluded ones for all; those under way for who follows them."""
    found = Evaluation.objects.visible_to(request.user).filter(initiative=card)
    may_create = rules.can_create(request.user, card)
    evaluations = list(found.order_by("-created_at", "-pk")[:SHOWN])
    if not evaluations and not may_create:
        return None
    return {"card": card, "evaluations": evaluations, "can_create": may_create}


def link(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """From the card to its evidence."""
    if card.publication == Publication.ARCHIVED:
        return None
    return {"address": reverse("evaluations:proof", args=[card.slug])}


def register_panels() -> None:
    register(
        Panel(
            SLOT,
            "auto-evaluations",
            _("Auto-évaluations"),
            "evaluations/panel_self.html",
            self_evaluations,
            order=100,
        )
    )
    register(
        Panel(
            "initiative.actions",
            "preuves-detail",
            _("Preuves"),
            "evaluations/panel_link.html",
            link,
            order=90,
        )
    )
