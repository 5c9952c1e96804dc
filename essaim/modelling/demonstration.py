"""Invented assumptions on one card of the demonstration, so that its economic page has figures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TextIO

from django.conf import settings
from django.utils import translation

from essaim.initiatives.models import Initiative
from essaim.modelling.actions.economics import save_assumptions
from essaim.modelling.models import EconomicAssumptions
from essaim.people.models import User

CARDS = ("demo:ferme-de-moyembrie", "demo:plateforme-precarite-energetique")


def load_model(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the same action as people, on a local machine only."""
    manager = User.objects.filter(email="animateur@essaim.example").first()
    if not settings.LOCAL or manager is None or EconomicAssumptions.objects.exists():
        return
    with translation.override(settings.LANGUAGE_CODE):
        for card in Initiative.objects.filter(external_id__in=CARDS):
            save_assumptions(
                card, beneficiaries=(20, 30, 40), day_cost=Decimal(250), fte_cost=Decimal(48_000),
                years=5, source="Hypothèses fictives pour la démonstration", shared=[], version=0,
                by=manager,
            )  # fmt: skip
    out.write("modelling: demonstration assumptions\n")
