"""What every act's view does: fetch, check who, show or take one small form, go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from essaim.common.acts import take
from essaim.sponsorship.models import HelpRequest


def fetch(request: HttpRequest, pk: int, may: Callable[[Any, HelpRequest], bool]) -> HelpRequest:
    """The request, if this person sees it (404 otherwise) and may do this (403 otherwise)."""
    visible = HelpRequest.objects.visible_to(request.user).for_detail()
    found: HelpRequest = get_object_or_404(visible, pk=pk)
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
    back: Any,
    intro: Any = "",
    **context: Any,
) -> HttpResponse:
    """``take`` for a request; ``do`` may return the request to go to, ``back`` otherwise."""
    return take(
        request, form, do, done=done, back=back, template="sponsorship/act.html",
        onward=lambda result: result if isinstance(result, HelpRequest) else back,
        title=title, button=button, intro=intro, **context,
    )  # fmt: skip
