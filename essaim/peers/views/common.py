"""What the views of this room share: fetch, check who, show or take one small form, go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from essaim.common.acts import take
from essaim.peers import runners
from essaim.peers.conflicts import conflicts_of
from essaim.peers.models import Item, Reading, Round, Seat
from essaim.peers.steps import status_of

PER_PAGE = 30


def fetch_round(request: HttpRequest, pk: int) -> Round:
    """For managers who have no part in it (404 otherwise); the room that made the round is told
    what they open."""
    found: Round = get_object_or_404(Round.objects.visible_to(request.user).for_detail(), pk=pk)
    match = request.resolver_match
    # What a page under way asks again by itself is opened once.
    if match is not None and match.url_name != "progress":
        key = match.kwargs.get("item")
        item = Item.objects.filter(pk=key, round=found).first() if key else None
        runners.tell_opened(found, item, request.user, match.url_name or "")
    return found


def fetch_item(found: Round, pk: int) -> Item:
    item: Item = get_object_or_404(Item.objects.for_detail(), pk=pk, round=found)
    item.round = found
    return item


def fetch_seat(request: HttpRequest, pk: int) -> Seat:
    """The person's own invitation or seat."""
    seat: Seat = get_object_or_404(Seat.objects.of(request.user).for_list(), pk=pk)
    return seat


def fetch_reading(request: HttpRequest, pk: int) -> Reading:
    """The person's own reading, and no other."""
    reading: Reading = get_object_or_404(
        Reading.objects.visible_to(request.user).for_detail(), pk=pk
    )
    return reading


def fetch_held(request: HttpRequest, pk: int) -> Item:
    """An item that the person answers for."""
    item: Item = get_object_or_404(Item.objects.spoken_for_by(request.user).for_detail(), pk=pk)
    return item


def is_free(user: Any, item: Item) -> bool:
    """Whether no link with what is read appeared since it was given to this reader."""
    return not conflicts_of(item, [user.pk])


def allow(condition: bool) -> None:
    if not condition:
        raise PermissionDenied


def context_of(found: Round, **more: Any) -> dict[str, Any]:
    """The status line of a round, for every page about it."""
    return {"round": found, "status": status_of(found), **more}


def page_of(request: HttpRequest, rows: Any, number: int = PER_PAGE) -> Page[Any]:
    return Paginator(rows, number).get_page(request.GET.get("page"))


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
    """``take`` for the pages of this room."""
    return take(
        request, form, do, done=done, back=back, template="peers/act.html",
        title=title, button=button, intro=intro, **context,
    )  # fmt: skip
