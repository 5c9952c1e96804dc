"""What this app adds to the pages of cards."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.evaluations import rules
from essaim.evaluations.models import Evaluation, IndependentEvaluation, Survey, SurveyState
from essaim.evaluations.views.proof import SLOT
from essaim.evaluations.voice_results import results_of
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


def independent(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """Confirmed reports for all; the others for who follows them."""
    found = IndependentEvaluation.objects.visible_to(request.user).filter(initiative=card)
    may_attach = rules.can_attach_independent(request.user, card)
    reports = list(found.order_by("-year", "-pk")[:SHOWN])
    if not reports and not may_attach:
        return None
    return {"card": card, "reports": reports, "can_attach": may_attach}


def users(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """What users said, with numbers and limits, once concluded; the others for the team."""
    found = Survey.objects.visible_to(request.user).filter(initiative=card)
    may_survey = rules.can_survey(request.user, card)
    surveys = list(found.prefetch_related("questions")[:SHOWN])
    if not surveys and not may_survey:
        return None
    told = [
        (survey, results_of(survey, whole=False) if survey.state == SurveyState.CONCLUDED else None)
        for survey in surveys
    ]
    return {"card": card, "surveys": told, "can_survey": may_survey}


def register_panels() -> None:
    register(
        Panel(
            SLOT,
            "evaluations-independantes",
            _("Évaluations indépendantes"),
            "evaluations/panel_independent.html",
            independent,
            order=110,
        )
    )
    register(
        Panel(
            SLOT,
            "voix-des-usagers",
            _("Ce que disent les usagers"),
            "evaluations/panel_users.html",
            users,
            order=120,
        )
    )
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
