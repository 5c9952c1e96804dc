"""The evidence of a card: four sources side by side (§ 6 of the domain).

Other rooms, and later files of this one, add their panel to the slot ``initiative.proof``: peers,
users, independent evaluations. Each is rendered below its own title, for the card.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from essaim.common.panels import render_panels
from essaim.evaluations import rules
from essaim.evaluations.evidence import level_of, sources
from essaim.evaluations.models import IndependentEvaluation
from essaim.initiatives.levels import LEVELS
from essaim.initiatives.models import Initiative

SLOT = "initiative.proof"


@require_safe
def proof(request: HttpRequest, slug: str) -> HttpResponse:
    cards = Initiative.objects.visible_to(request.user).prefetch_related("evidence", "facts")
    card = get_object_or_404(cards.select_related("holder"), slug=slug)
    waiting = IndependentEvaluation.objects.to_confirm().filter(initiative=card)
    return render(
        request,
        "evaluations/proof.html",
        {
            "card": card,
            "sources": sources(card),
            "level": level_of(card, waiting=waiting.exists()),
            "levels": LEVELS,
            "panels": render_panels(SLOT, request, card),
            "can_create": rules.can_create(request.user, card),
        },
    )
