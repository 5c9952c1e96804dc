"""What every page of an event does: fetch, check who, do one act, go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from essaim.common.acts import take
from essaim.events.models import Event
from essaim.funding.views.common import as_attachment

May = Callable[[Any, Any], bool]


def fetch(request: HttpRequest, slug: str, may: May | None = None) -> Event:
    """The event, if this person sees it (404 otherwise) and may do this (403 otherwise)."""
    found: Event = get_object_or_404(Event.objects.visible_to(request.user).for_detail(), slug=slug)
    if may is not None and not may(request.user, found):
        raise PermissionDenied
    return found


def attachment(file: Any, name: str, media_type: str) -> FileResponse:
    return as_attachment(file, name, media_type)


def act(
    request: HttpRequest,
    form: Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    title: Any,
    button: Any,
    done: Any,
    back: Any,
    event: Event | None = None,
    intro: Any = "",
    template: str = "events/act.html",
    **context: Any,
) -> HttpResponse:
    """``take`` for an event; ``do`` may return where to go, ``back`` otherwise."""
    return take(
        request, form, do, done=done, back=back, template=template,
        onward=lambda result: result if hasattr(result, "get_absolute_url") else back,
        event=event, title=title, button=button, intro=intro, **context,
    )  # fmt: skip
