"""What the views of this room share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from essaim.common.acts import take
from essaim.common.forms import Form
from essaim.initiatives.models import Initiative
from essaim.replications.models import Replication


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
    """``take`` for a site or its card; without ``back``, to what the act returned."""
    return take(
        request, form, do, done=done, back=back or card.get_absolute_url(),
        template="replications/act.html", onward=lambda result: back or result,
        title=title, button=button, intro=intro, card=card, replication=replication, **context,
    )  # fmt: skip
