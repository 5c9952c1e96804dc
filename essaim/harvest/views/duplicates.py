"""Probable duplicates, two by two."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.common.acts import form_page, posted, take
from essaim.harvest.actions import duplicates as actions
from essaim.harvest.forms import DecideForm
from essaim.harvest.models import Duplicate, Item
from essaim.harvest.views.common import PER_PAGE, managers_only
from essaim.initiatives.models import Initiative


@require_safe
@managers_only
def listing(request: HttpRequest) -> HttpResponse:
    waiting = Duplicate.objects.visible_to(request.user).waiting().for_list()
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "harvest/duplicates.html", {"page": page})


@form_page
@managers_only
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Side by side, with what they have in common."""
    pair: Duplicate = get_object_or_404(
        Duplicate.objects.visible_to(request.user).for_list(), pk=pk
    )
    form = DecideForm(posted(request), pair=pair)

    def do(given: dict[str, Any]) -> Initiative | None:
        if given["decision"] == "distinct":
            actions.tell_apart(pair, by=request.user)
            return None
        return actions.merge(pair, keep=int(given["decision"]), by=request.user)

    return take(
        request,
        form,
        do,
        done=lambda kept: (
            _("Les deux fiches sont réunies.")
            if kept
            else _("C’est noté : la paire n’est plus proposée.")
        ),
        back="harvest:duplicates",
        onward=lambda kept: kept or "harvest:duplicates",
        template="harvest/duplicate.html",
        pair=pair,
        cards=_cards(pair),
    )


def _cards(pair: Duplicate) -> list[Initiative]:
    found = Initiative.objects.filter(pk__in=[pair.first_id, pair.second_id])
    cards = list(found.for_list().order_by("pk"))
    sources: dict[int, list[Item]] = {}
    for item in Item.objects.filter(card__in=cards).select_related("source").order_by("pk"):
        sources.setdefault(item.card_id or 0, []).append(item)
    for card in cards:
        card.given_by = sources.get(card.pk, [])  # type: ignore[attr-defined]
    return cards
