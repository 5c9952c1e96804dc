"""Readiness on the card's page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.models import Initiative, Publication
from essaim.scaling import rules
from essaim.scaling.model_sheets import SHEET
from essaim.scaling.models import Diagnosis, SchemeUsed, Strategy


def readiness(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """The latest diagnosis that the reader may see, and the way to make one."""
    can_diagnose = rules.can_diagnose(request.user, card)
    visible = Diagnosis.objects.visible_to(request.user).concluded().filter(initiative=card)
    latest = visible.order_by("-concluded_at", "-pk").first()
    if latest is None and not can_diagnose:
        return None
    # « Ready » said once is no longer said once a later diagnosis says otherwise.
    current = next((f.value.get("ready") for f in card.facts.all() if f.kind == "readiness"), None)
    if latest is not None and latest.ready != current and not can_diagnose:
        return None
    return {"card": card, "latest": latest, "can_diagnose": can_diagnose}


def strategy(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """The chosen strategy, and the way to write one."""
    chosen = Strategy.objects.filter(initiative=card, chosen_at__isnull=False).first()
    can_plan = rules.can_plan(request.user, card)
    if chosen is None and not can_plan:
        return None
    sheet = SHEET[chosen.model] if chosen else None
    return {"card": card, "chosen": chosen, "sheet": sheet, "can_plan": can_plan}


def _used(request: HttpRequest, card: Initiative) -> Any:
    """Who may say one sees the block without any."""
    used = SchemeUsed.objects.filter(initiative=card).shown()
    return None if rules.can_plan(request.user, card) else used


def schemes(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """The schemes of the directory that helped it, as its team says."""
    if card.publication != Publication.PUBLISHED:
        return None
    found = list(SchemeUsed.objects.filter(initiative=card).shown().for_list())
    can_plan = rules.can_plan(request.user, card)
    return {"card": card, "used": found, "can_plan": can_plan} if found or can_plan else None


def register_panels() -> None:
    register(
        Panel(
            "initiative",
            "dispositifs-recus",
            _("Dispositifs qui l’ont aidée"),
            "scaling/panel_schemes.html",
            schemes,
            order=320,
            some=_used,
        )
    )
    register(
        Panel(
            "initiative",
            "strategie",
            _("Stratégie de changement d’échelle"),
            "scaling/panel_strategy.html",
            strategy,
            order=310,
        )
    )
    register(
        Panel(
            "initiative",
            "diagnostic",
            _("Prêt à changer d’échelle ?"),
            "scaling/panel_readiness.html",
            readiness,
            order=300,
        )
    )
