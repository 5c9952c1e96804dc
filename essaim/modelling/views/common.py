"""What the views of modelling share: the card, and who may."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from essaim.initiatives.models import Initiative
from essaim.modelling import rules

form_page = require_http_methods(["GET", "HEAD", "POST"])


def fetch_card(request: HttpRequest, slug: str, *, edit: bool = False) -> Initiative:
    """The card if this person sees it (404 otherwise) and, to write, may (403 otherwise)."""
    cards: Any = Initiative.objects.select_related("holder").visible_to(request.user)
    card: Initiative = get_object_or_404(cards, slug=slug)
    if edit and not rules.can_edit_model(request.user, card):
        raise PermissionDenied
    return card


def status_of(request: HttpRequest) -> int:
    """Of a page that shows its form again."""
    return 422 if request.method == "POST" else 200
