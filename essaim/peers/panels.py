"""What readings by peers add to the pages of others."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.levels import LEVELS
from essaim.initiatives.models import Initiative, Publication
from essaim.peers import rules
from essaim.peers.models import UNDER_WAY, Item, Reading, ReadingState, Round, State
from essaim.peers.results import results_of

SHOWN = 5


def concluded_for(card: Initiative) -> list[dict[str, Any]]:
    """What rounds concluded on this card, latest first: three queries whatever their number."""
    items = list(
        Item.objects.filter(initiative=card, conclusion__concluded_at__isnull=False)
        .select_related("conclusion", "round")
        .prefetch_related("round__colleges__criteria")
        .order_by("-conclusion__concluded_at")[:SHOWN]
    )
    readings = list(
        Reading.objects.filter(item__in=items, state=ReadingState.SUBMITTED)
        .select_related("seat__college")
        .prefetch_related("seat__college__criteria")
    ) if items else []  # fmt: skip
    return [
        {
            "item": item,
            "conclusion": item.conclusion,
            "level": LEVELS.get(item.conclusion.level or 0),
            # Never a bare average: how many chose each level, college by college.
            "colleges": results_of(item.pk, item.round.colleges.all(), readings, {}),
        }
        for item in items
    ]


def proof(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """Concluded rounds, and that one is under way (never who reads)."""
    concluded = concluded_for(card)
    item = (
        Item.objects.filter(initiative=card, round__state__in=UNDER_WAY)
        .exclude(round__state=State.DRAFT)
        .exclude(conclusion__concluded_at__isnull=False)
        .select_related("round")
        .order_by("pk")
        .last()
    )
    speaks = item is not None and rules.speaks_for(request.user, item)
    if not concluded and item is None:
        return None
    return {"card": card, "concluded": concluded, "under_way": item, "speaks": speaks}


def action(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """For managers, on a published card that is not already being read."""
    if card.publication != Publication.PUBLISHED or not rules.can_create(request.user):
        return None
    current = (
        Round.objects.under_way()
        .visible_to(request.user)
        .filter(items__initiative=card)
        .order_by("pk")
        .first()
    )
    return {"card": card, "round": current}


def mine(request: HttpRequest, user: Any) -> dict[str, Any]:
    return {}


def management(request: HttpRequest, obj: Any) -> dict[str, Any] | None:
    if not rules.can_list(request.user):
        return None
    rounds = Round.objects.visible_to(request.user).under_way()
    return {"rounds": rounds[:SHOWN]}


def register_panels() -> None:
    for slot in ("initiative", "initiative.proof"):
        register(
            Panel(
                slot,
                "pairs",
                _("Évaluation par les pairs"),
                "peers/panel_proof.html",
                proof,
                order=300,
            )
        )
    register(
        Panel(
            "initiative.actions",
            "lecture-pairs",
            _("Lecture par les pairs"),
            "peers/panel_action.html",
            action,
            order=200,
        )
    )
    register(
        Panel(
            "workspace",
            "pairs",
            _("Évaluation par les pairs"),
            "peers/panel_workspace.html",
            mine,
            order=150,
        )
    )
    register(
        Panel(
            "management",
            "lectures",
            _("Lectures par les pairs"),
            "peers/panel_management.html",
            management,
            order=45,
        )
    )
