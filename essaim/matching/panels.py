"""What this app adds to the pages of lower floors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.common.privacy import mask_personal
from essaim.matching import filters
from essaim.matching.models import Dismissal, Match
from essaim.needs.models import Need

SHOWN = 3


def need_answers(request: HttpRequest, need: Need) -> dict[str, Any]:
    """The way to the answers, with the first ones that the jobs have found."""
    aside = Dismissal.objects.filter(need=need, kind="initiative").values("object_id")
    closest = Match.objects.filter(need=need).exclude(initiative__in=aside)
    keys = list(
        closest.order_by("-closeness", "initiative").values_list("initiative", flat=True)[:SHOWN]
    )
    cards = filters.cards(keys).only("slug", "title").in_bulk()
    return {
        "need": need,
        "cards": [
            {"title": mask_personal(cards[pk].title), "url": cards[pk].get_absolute_url()}
            for pk in keys
            if pk in cards
        ],
    }


def register_panels() -> None:
    register(
        Panel(
            slot="need",
            name="reponses",
            title=_("Réponses à ce besoin"),
            template="matching/panel_need.html",
            context=need_answers,
            order=10,
        )
    )
