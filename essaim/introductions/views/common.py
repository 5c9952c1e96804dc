"""What every act's view does: fetch, check who, show or take one small form, go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from essaim.common.errors import DomainError
from essaim.common.forms import Form
from essaim.common.kept import forget_kept_text, kept_text
from essaim.introductions.models import Introduction

form_page = require_http_methods(["GET", "HEAD", "POST"])
PER_PAGE = 20


def posted(request: HttpRequest) -> QueryDict | None:
    """What the form was sent with, or what its session's expiry had kept of it."""
    return request.POST if request.method == "POST" else kept_text(request)


def fetch(request: HttpRequest, pk: int, may: Callable[[Any, Introduction], bool]) -> Introduction:
    """The introduction, if this person sees it (404 otherwise) and may do this (403)."""
    visible = Introduction.objects.visible_to(request.user).for_detail()
    found: Introduction = get_object_or_404(visible, pk=pk)
    if not may(request.user, found):
        raise PermissionDenied
    return found


def act(
    request: HttpRequest,
    form: Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    title: Any,
    done: Any,
    button: Any,
    back: str,
    crumbs: list[tuple[Any, str]],
    intro: Any = "",
    lead: Any = "",
) -> HttpResponse:
    """Show the form, or do the act with what it holds; a refusal is shown where it belongs and
    keeps what was typed. ``do`` may return where to go; ``back`` otherwise."""
    if request.method == "POST" and form.is_valid():
        try:
            result = do(form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
        else:
            forget_kept_text(request)
            messages.success(request, done)
            return redirect(result if isinstance(result, Introduction) else back)
    context = {
        "form": form, "title": title, "button": button, "back": back, "intro": intro,
        "lead": lead, "crumbs": [{"label": label, "address": url} for label, url in crumbs],
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "introductions/act.html", context, status=status)


def press(request: HttpRequest, do: Callable[[], Any], *, done: Any, back: Any) -> HttpResponse:
    """An act done by its button alone."""
    try:
        do()
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, done)
    return redirect(back)
