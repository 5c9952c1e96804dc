"""What the views of modelling share: the card, and who may."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from essaim.initiatives.models import Initiative
from essaim.modelling import rules


def fetch_card(request: HttpRequest, slug: str, *, edit: bool = False) -> Initiative:
    """The card if this person sees it (404 otherwise) and, to write, may (403 otherwise)."""
    cards: Any = Initiative.objects.select_related("holder").visible_to(request.user)
    card: Initiative = get_object_or_404(cards, slug=slug)
    if edit and not rules.can_edit_model(request.user, card):
        raise PermissionDenied
    return card
