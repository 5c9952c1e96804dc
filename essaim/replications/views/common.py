"""What the views of this room share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from essaim.common.errors import DomainError
from essaim.common.forms import Form
from essaim.common.kept import forget_kept_text, kept_text
from essaim.initiatives.models import Initiative
from essaim.replications.models import Replication

form_page = require_http_methods(["GET", "HEAD", "POST"])


def fetch_card(request: HttpRequest, slug: str, may: Any = None) -> Initiative:
    cards = Initiative.objects.visible_to(request.user).select_related("holder")
    card: Initiative = get_object_or_404(cards, slug=slug)
    if may is not None and not may(request.user, card):
        raise PermissionDenied
    return card


def fetch(request: HttpRequest, pk: int, may: Any = None) -> Replication:
    found = Replication.objects.visible_to(request.user).for_detail()
    replication: Replication = get_object_or_404(found, pk=pk)
    if may is not None and not may(request.user, replication):
        raise PermissionDenied
    return replication


def posted(request: HttpRequest) -> Any:
    """What was sent; else what was typed before the session expired."""
    return request.POST if request.method == "POST" else kept_text(request)


def act(
    request: HttpRequest,
    form: Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    title: Any,
    button: Any,
    done: Any,
    back: str,
    card: Initiative,
    replication: Replication | None = None,
    intro: Any = "",
    **context: Any,
) -> HttpResponse:
    """Show the form, or do the act with what it holds; a refusal is shown where it belongs and
    keeps what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            result = do(form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            forget_kept_text(request)
            messages.success(request, done(result) if callable(done) else done)
            return redirect(result if back == "" else back)
    return render(
        request,
        "replications/act.html",
        {
            "form": form, "title": title, "button": button, "intro": intro, "card": card,
            "replication": replication, "back": back or card.get_absolute_url(), **context,
        },
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


def press(request: HttpRequest, do: Callable[[], Any], *, done: Any, back: str) -> HttpResponse:
    """An act done by its button alone."""
    try:
        do()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect(back)
