"""What every act's view does: fetch, check who, show or take one small form, go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from essaim.common.acts import take
from essaim.common.forms import Form
from essaim.introductions.models import Introduction

PER_PAGE = 20


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
    """``take`` for an introduction; ``do`` may return the one to go to, ``back`` otherwise."""
    return take(
        request, form, do, done=done, back=back, template="introductions/act.html",
        onward=lambda result: result if isinstance(result, Introduction) else back,
        title=title, button=button, intro=intro, lead=lead,
        crumbs=[{"label": label, "address": url} for label, url in crumbs],
    )  # fmt: skip
