"""What belongs to one published card: the materials of its kit, what is asked about it."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy

from essaim.contributions.models import Answer, Question
from essaim.initiatives.models import Initiative
from essaim.kits.models import KitMaterial
from essaim.open_data.api import document, reading
from essaim.open_data.api.listing import listing
from essaim.open_data.api.open_reads import PAGE, router
from essaim.open_data.records import parts
from essaim.open_data.records.common import NOBODY
from essaim.open_data.tables import KIT, QUESTIONS, Table

# A lazy text where the library's types say a plain one.
_: Any = gettext_lazy


def of_card(table: Table) -> dict[str, Any]:
    schema = document.page_of(document.of_table(table))
    return document.operation(schema, parameters=PAGE, problems=(404, 422))


def _card(request: HttpRequest, slug: str) -> Initiative:
    reading.parameters(request, ())
    return get_object_or_404(Initiative.objects.published(), slug=slug)


@router.get(
    "initiatives/{slug:slug}/kit",
    summary=_("Les matériels du kit d’une fiche"),
    tags=["initiatives"],
    openapi_extra=of_card(KIT),
)
def list_kit(request: HttpRequest, slug: str) -> HttpResponse:
    found = KitMaterial.objects.offered().filter(initiative=_card(request, slug))
    return listing(
        request,
        found.select_related("initiative").for_list(),
        ["id"],
        lambda rows: [each for row in rows if (each := parts.material(row)) is not None],
    )


@router.get(
    "initiatives/{slug:slug}/questions",
    summary=_("Les questions publiques posées sur une fiche, et leurs réponses"),
    tags=["initiatives"],
    openapi_extra=of_card(QUESTIONS),
)
def list_questions(request: HttpRequest, slug: str) -> HttpResponse:
    card = _card(request, slug)
    shown = Prefetch("answers", Answer.objects.shown(), to_attr="shown_answers")
    found = Question.objects.visible_to(NOBODY).filter(card=card, is_private=False).listed()
    return listing(
        request,
        found.select_related("card").prefetch_related(shown),
        ["-created_at", "-id"],
        lambda rows: [parts.question(row) for row in rows],
    )
