"""What every act's view does: fetch, check who, show or take one small form, go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from essaim.common.acts import take
from essaim.funding import rules
from essaim.funding.models import Option, Pool
from essaim.people.rules import can_manage

May = Callable[[Any, Any], bool]


def fetch_pool(request: HttpRequest, slug: str, may: May | None = None) -> Pool:
    """The pool, if this person sees it (404 otherwise) and may do this (403 otherwise)."""
    found: Pool = get_object_or_404(Pool.objects.for_detail(), slug=slug)
    # A public one is for all, each for managers: who else sees the others is a long question.
    known = rules.is_public(request.user, found) or can_manage(request.user)
    if not known and not rules.can_view(request.user, found):
        raise Http404
    if may is not None and not may(request.user, found):
        raise PermissionDenied
    return found


def fetch_option(request: HttpRequest, slug: str, pk: int, may: May | None = None) -> Option:
    visible = Option.objects.visible_to(request.user).for_detail()
    found: Option = get_object_or_404(visible, pk=pk, pool__slug=slug)
    if may is not None and not may(request.user, found):
        raise PermissionDenied
    return found


def number_in(text: str | None) -> int:
    """The key that an address names; 0, which is none's, where it names none."""
    return int(text) if text and text.isdecimal() and len(text) < 18 else 0


def as_attachment(file: Any, name: str, media_type: str) -> FileResponse:
    """To be saved, never shown: whatever the file holds, it does not run on this site."""
    try:
        opened = file.open("rb")
    except (FileNotFoundError, ValueError):
        raise Http404 from None
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


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
    """``take`` for a pool or an option; ``do`` may return where to go, ``back`` otherwise."""
    return take(
        request, form, do, done=done, back=back, template=template,
        onward=lambda result: result if hasattr(result, "get_absolute_url") else back,
        pool=pool, option=option, title=title, button=button, intro=intro, warning=warning,
        **context,
    )  # fmt: skip
