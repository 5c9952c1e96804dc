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
from essaim.scaling.actions.used import say_scheme_used
from tests.insights.sums import rows_make_up_the_figures
from tests.insights.test_pages import text
from tests.replications.factories import committed, world
from tests.schemes.factories import SchemeFactory

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


def test_cards_with_a_scheme_and_without() -> None:
    """Helped by a scheme of the directory, 2 of 5 are taken up; named by nobody, or only by a
    proposed entry, 3 of 6."""
    cards(5, kit=False, taken=2)
    helped, scheme = list(Initiative.objects.order_by("pk")), SchemeFactory()
    cards(6, kit=False, taken=3)
    others = Initiative.objects.exclude(pk__in=[card.pk for card in helped]).order_by("pk")
    for card in helped:
        for _twice in range(2):
            say_scheme_used(card, scheme, by=card.author, year=2024)
    say_scheme_used(helped[0], SchemeFactory(), by=helped[0].author)
    say_scheme_used(others[5], SchemeFactory(proposed=True), by=others[5].author)
    figures.recompute()
    assert shares()["scheme:social:2:with"] == (40, 2, 5)
    assert shares()["scheme:social:2:without"] == (50, 3, 6)
    assert rows_make_up_the_figures() >= {"supports"}
    assert "innovation sociale, preuve 2, dispositif" in text(Client(), "/tableau-de-bord")


def test_few_cards_with_a_scheme_are_not_compared() -> None:
    cards(4, kit=False, taken=2)
    for card in Initiative.objects.all():
        say_scheme_used(card, SchemeFactory(), by=card.author)
    cards(9, kit=False, taken=1)
    figures.recompute()
    assert shares() == {}


def test_few_cards_are_not_compared() -> None:
    cards(4, kit=True, taken=2)
    cards(9, kit=False, taken=1)
    figures.recompute()
    assert shares() == {}
    assert "Pas encore assez de fiches comparables" in text(Client(), "/tableau-de-bord")
