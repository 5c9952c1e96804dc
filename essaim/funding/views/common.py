"""What every act's view does: fetch, check who, show or take one small form, go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text
from essaim.funding.models import Option, Pool

form_page = require_http_methods(["GET", "HEAD", "POST"])
May = Callable[[Any, Any], bool]


def posted(request: HttpRequest) -> QueryDict | None:
    """What the form was sent with, or what its session's expiry had kept of it."""
    return request.POST if request.method == "POST" else kept_text(request)


def fetch_pool(request: HttpRequest, slug: str, may: May | None = None) -> Pool:
    """The pool, if this person sees it (404 otherwise) and may do this (403 otherwise)."""
    found: Pool = get_object_or_404(Pool.objects.visible_to(request.user).for_detail(), slug=slug)
    if may is not None and not may(request.user, found):
        raise PermissionDenied
    return found


def fetch_option(request: HttpRequest, slug: str, pk: int, may: May | None = None) -> Option:
    visible = Option.objects.visible_to(request.user).for_detail()
    found: Option = get_object_or_404(visible, pk=pk, pool__slug=slug)
    if may is not None and not may(request.user, found):
        raise PermissionDenied
    return found


def act(
    request: HttpRequest,
    form: Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    pool: Pool,
    title: Any,
    button: Any,
    done: Any,
    back: Any,
    intro: Any = "",
    warning: Any = "",
    option: Option | None = None,
    template: str = "funding/act.html",
    **context: Any,
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
            messages.success(request, done(result) if callable(done) else done)
            return redirect(result if hasattr(result, "get_absolute_url") else back)
    shown = {
        "form": form, "pool": pool, "option": option, "title": title, "button": button,
        "intro": intro, "warning": warning, "back": back, **context,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, template, shown, status=status)


def press(request: HttpRequest, do: Callable[[], Any], *, done: Any, back: Any) -> HttpResponse:
    """An act done by its button alone."""
    try:
        do()
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, done)
    return redirect(back)
