"""For whom a card waits: the first thing that is missing for its next phase, and who holds it."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from essaim.contributions.models import Interest
from essaim.evaluations.models import Evaluation, State
from essaim.initiatives.models import Fact, Phase
from essaim.insights.computing.cards import in_phase

# Of each wait, its phase: cards of a phase wait for the first that holds.
WAITS = {
    "evaluation_none": Phase.IDENTIFY,
    "evaluation_open": Phase.IDENTIFY,
    "readiness": Phase.VALIDATE,
    "strategy": Phase.VALIDATE,
    "interest": Phase.ORGANISE,
    "adopter": Phase.ORGANISE,
}


def held_by(wait: str, scope: str) -> Any:
    """Cards that wait so. Raises KeyError for a wait that is none."""
    cards = in_phase(WAITS[wait], scope)
    match wait:
        case "evaluation_none":
            return cards.filter(~_evaluating())
        case "evaluation_open":
            return cards.filter(_evaluating())
        case "readiness":
            return cards.filter(~_ready())
        case "strategy":
            return cards.filter(_ready())
        case "interest":
            return cards.filter(_unanswered())
    return cards.filter(~_unanswered())


def _evaluating() -> Exists:
    begun = Evaluation.objects.exclude(state__in=[State.WITHDRAWN, State.ABANDONED])
    return Exists(begun.filter(initiative=OuterRef("pk")))


def _ready() -> Exists:
    """As the phase reads it: « fin prêt » at six yes."""
    return Exists(
        Fact.objects.filter(initiative=OuterRef("pk"), kind=Fact.Kind.READINESS, value__ready=True)
    )


def _unanswered() -> Exists:
    return Exists(Interest.objects.filter(card=OuterRef("pk"), state=Interest.State.INTERESTED))
