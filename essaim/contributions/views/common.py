"""What the views of contributions share: the card, and what is read on its pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from essaim.following.actions.reading import mark_subject_read
from essaim.initiatives.models import Initiative

PER_PAGE = 20


def fetch_card(
    request: HttpRequest,
    slug: str,
    may: Callable[[Any, Initiative], bool] | None = None,
    cards: Any = None,
) -> Initiative:
    """The card, if this person sees it (404 otherwise) and may do this (403 otherwise)."""
    cards = Initiative.objects.select_related("holder") if cards is None else cards
    card: Initiative = get_object_or_404(cards.visible_to(request.user), slug=slug)
    if may is not None and not may(request.user, card):
        raise PermissionDenied
    return card


def read_here(request: HttpRequest, kind: str, *keys: int) -> None:
    """What was announced of these is read on this page (a read mark: all that a GET writes)."""
    if keys and request.method == "GET" and request.user.is_authenticated:
        mark_subject_read(request.user, kind, *map(str, keys))
