"""What a card holds for whoever takes it up: its model, strategies, diagnoses and training.

All read what a visitor's page shows; whose token writes the card, what its team reads there too
(a strategy that was not chosen, a diagnosis « à consolider », a draft). Reasons have no address:
they are read on the pages, signed in.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy

from essaim.dialogues.models import Module
from essaim.initiatives.models import Initiative
from essaim.open_data import conditional
from essaim.open_data.api import access, document, reading
from essaim.open_data.api.listing import listing
from essaim.open_data.api.open_reads import card_of, router
from essaim.open_data.api.part_reads import of_card
from essaim.open_data.records import scaling
from essaim.open_data.records.common import NOBODY
from essaim.open_data.tables import DIAGNOSES, MODELS, STRATEGIES, TRAINING
from essaim.scaling.models import Diagnosis, Strategy

# A lazy text where the library's types say a plain one.
_: Any = gettext_lazy


def _card(request: HttpRequest, slug: str) -> Initiative:
    reading.parameters(request, ())
    return card_of(request, slug)


@router.get(
    "initiatives/{slug:slug}/model",
    summary=_("Le modèle d’une fiche : cœur, marge et ce qu’il faut pour commencer"),
    tags=["initiatives"],
    openapi_extra=document.operation(document.of_table(MODELS), problems=(404, 422)),
)
def get_model(request: HttpRequest, slug: str) -> HttpResponse:
    reading.parameters(request, (), paged=False)
    readable = scaling.with_model(access.readable_cards(request))
    return conditional.answer(request, scaling.model(get_object_or_404(readable, slug=slug)))


@router.get(
    "initiatives/{slug:slug}/strategies",
    summary=_("La stratégie choisie d’une fiche ; les autres aussi, au jeton de qui l’écrit"),
    tags=["initiatives"],
    openapi_extra=of_card(STRATEGIES),
)
def list_strategies(request: HttpRequest, slug: str) -> HttpResponse:
    card = _card(request, slug)
    found = Strategy.objects.filter(initiative=card).select_related("initiative")
    if not access.writes_card(request, card):
        found = found.visible_to(NOBODY)
    return listing(
        request,
        found,
        ["-created_at", "-id"],
        lambda rows: [scaling.strategy(row) for row in rows],
    )


@router.get(
    "initiatives/{slug:slug}/diagnoses",
    summary=_(
        "Les diagnostics « fin prêt » d’une fiche ; les autres aussi, au jeton de qui l’écrit"
    ),
    tags=["initiatives"],
    openapi_extra=of_card(DIAGNOSES),
)
def list_diagnoses(request: HttpRequest, slug: str) -> HttpResponse:
    card = _card(request, slug)
    found = Diagnosis.objects.concluded().filter(initiative=card)
    if not access.writes_card(request, card):
        found = found.visible_to(NOBODY)
    return listing(
        request,
        found.for_detail(),
        ["-concluded_at", "-id"],
        lambda rows: [scaling.diagnosis(row) for row in rows],
    )


@router.get(
    "initiatives/{slug:slug}/training",
    summary=_("Les modules de formation d’une fiche, et leurs sessions"),
    tags=["initiatives"],
    openapi_extra=of_card(TRAINING),
)
def list_training(request: HttpRequest, slug: str) -> HttpResponse:
    found = Module.objects.filter(initiative=_card(request, slug), removed_at=None)
    return listing(
        request,
        scaling.with_sessions(found),
        ["id"],
        lambda rows: [scaling.module(row) for row in rows],
    )
