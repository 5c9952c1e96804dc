"""What the views of contributions share: the card, and what a form was sent with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from essaim.common.errors import DomainError
from essaim.common.kept import kept_text
from essaim.following.actions.reading import mark_subject_read
from essaim.initiatives.models import Initiative

PER_PAGE = 20
form_page = require_http_methods(["GET", "HEAD", "POST"])


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


def posted(request: HttpRequest) -> QueryDict | None:
    """What the form was sent with, or what its session's expiry had kept of it."""
    return request.POST if request.method == "POST" else kept_text(request)


def status_of(request: HttpRequest) -> int:
    """Of a page that shows its form again."""
    return 422 if request.method == "POST" else 200


def refuse(form: Form, error: DomainError) -> None:
    """Say it where it belongs; what was typed stays."""
    form.add_error(error.field if error.field in form.fields else None, error.message)


def read_here(request: HttpRequest, kind: str, *keys: int) -> None:
    """What was announced of these is read on this page (a read mark: all that a GET writes)."""
    if keys and request.method == "GET" and request.user.is_authenticated:
        mark_subject_read(request.user, kind, *map(str, keys))


def press(
    request: HttpRequest, do: Callable[[], Any], *, done: str, back: Any, **kwargs: Any
) -> HttpResponse:
    """An act done by its button alone."""
    try:
        do()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect(back, **kwargs)
