"""What readers brought to a card, and what they may bring: blocks of the card's page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.common.together import how_many
from essaim.contributions import rules
from essaim.contributions.models import Interest, Proposal, Question
from essaim.initiatives.models import Initiative, Publication

SHOWN = 5


def credits(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """Who brought what, and the way to bring something."""
    if card.publication != Publication.PUBLISHED:
        return None
    credited = list(
        Proposal.objects.credited()
        .filter(card=card)
        .select_related("author", "organisation")
        .defer("before", "content", "taken")[: SHOWN + 1]
    )
    waiting = 0
    can_decide = rules.can_decide_proposals(request.user, card)
    if can_decide:
        waiting = Proposal.objects.waiting().filter(card=card).count()
    return {
        "card": card,
        "credited": credited[:SHOWN],
        "more": len(credited) > SHOWN,
        "can_decide": can_decide,
        "waiting": waiting,
    }


def talk(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """The latest questions, and how many are interested: who they are is the holder's business."""
    if card.publication != Publication.PUBLISHED:
        return None
    questions = Question.objects.visible_to(request.user).filter(
        card=card, is_private=False, withdrawn_at=None, hidden_at=None
    )
    number, interested = how_many([questions, Interest.objects.open_for(card)], beside=card)
    latest = questions.listed().select_related("author", "organisation")[:3]
    return {
        "card": card,
        "questions": latest if number else [],
        "number": number,
        "interested": interested,
        "reads_interests": rules.can_read_interests(request.user, card),
    }


def register_panels() -> None:
    register(
        Panel(
            "initiative",
            "contributions",
            _("Contributions"),
            "contributions/panel_credits.html",
            credits,
            order=700,
        )
    )
    register(
        Panel(
            "initiative",
            "echanges",
            _("Questions et intérêt"),
            "contributions/panel_talk.html",
            talk,
            order=710,
        )
    )
