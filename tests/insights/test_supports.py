"""Cards with and without a support, of the same track and level, worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Initiative
from essaim.insights.actions import figures
from essaim.insights.models import Figure
from tests.insights.sums import rows_make_up_the_figures
from tests.insights.test_pages import text
from tests.replications.factories import committed, world

pytestmark = pytest.mark.django_db


def cards(number: int, *, kit: bool, taken: int) -> None:
    for n in range(number):
        there = world()
        made = there.card
        if n < taken:
            committed(there)
        if kit:
            record_fact(made, "kit", "kit", {}, on="2026-01-01")
    Initiative.objects.update(track="social", proof_level=2)


def shares() -> dict[str, Any]:
    found = Figure.objects.of_latest().of_the_whole().filter(key="supports", scope="public")
    return {f.code: (f.value, f.counted, f.total) for f in found}


def test_cards_with_a_kit_and_without() -> None:
    """With a kit, 3 of 5 are taken up; without one, 1 of 6."""
    cards(5, kit=True, taken=3)
    cards(6, kit=False, taken=1)
    figures.recompute()
    with_kit, without = shares()["kit:social:2:with"], shares()["kit:social:2:without"]
    assert with_kit == (60, 3, 5)
    assert without == (Decimal("16.7"), 1, 6)
    assert rows_make_up_the_figures() >= {"supports"}
    page = text(Client(), "/tableau-de-bord")
    assert "innovation sociale, preuve 2, kit" in page
    assert "ne disent pas qu’il en est la cause" in page


def test_few_cards_are_not_compared() -> None:
    cards(4, kit=True, taken=2)
    cards(9, kit=False, taken=1)
    figures.recompute()
    assert shares() == {}
    assert "Pas encore assez de fiches comparables" in text(Client(), "/tableau-de-bord")
