"""What readings by peers add to the pages of others."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.levels import LEVELS
from essaim.initiatives.models import Initiative, Publication
from essaim.peers import rules
from essaim.peers.models import Item, Reading, Round, State
from essaim.peers.results import given_of, public_results_of

SHOWN = 5


def _read(request: HttpRequest, card: Initiative) -> Any:
    return (
        Item.objects.filter(initiative=card)
        .exclude(round__state=State.DRAFT)
        # A round given up later takes back no conclusion that was published.
        .exclude(round__state=State.ABANDONED, conclusion__concluded_at=None)
    )


def proof(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """Concluded rounds, and that one is under way (never who reads). One query where there is
    nothing; four otherwise, whatever the number of rounds."""
    items = list(
        _read(request, card)
        .select_related("conclusion", "round")
        .prefetch_related("round__colleges__criteria")
        .order_by("-pk")[: 2 * SHOWN]
    )
    if not items:
        return None
    ended = [item for item in items if _is_concluded(item)][:SHOWN]
    current = next((item for item in items if not _is_concluded(item)), None)
    return {
        "card": card,
        "concluded": _concluded(ended),
        "under_way": current,
        "speaks": current is not None and rules.speaks_for(request.user, current),
    }


def _is_concluded(item: Item) -> bool:
    return hasattr(item, "conclusion") and item.conclusion.concluded_at is not None


def _concluded(items: list[Item]) -> list[dict[str, Any]]:
    colleges = [college for item in items for college in item.round.colleges.all()]
    given = given_of(Reading.objects.filter(item__in=items).submitted(), colleges) if items else []
    return [
        {
            "item": item,
            "conclusion": item.conclusion,
            "level": LEVELS.get(item.conclusion.level or 0),
            # Never a bare average: how many chose each level, college by college.
            "colleges": public_results_of(item.pk, item.round.colleges.all(), given),
        }
        for item in items
    ]


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
                some=_read,
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
            for_all=True,
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
