"""What the card masks for visitors is masked on the other pages that show the same fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Fact, Initiative
from essaim.kits import offline
from essaim.kits.kit import items_of
from essaim.modelling.models import EconomicAssumptions, ModelSheet, SheetLine
from tests.initiatives.factories import ComponentFactory, EconomicLineFactory, InitiativeFactory
from tests.kits.factories import deposited
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
TYPED = "claire.martin@exemple.fr ou 06 12 34 56 78"
MASKED = "[adresse e-mail réservée aux membres]"


def a_card(**fields: Any) -> Initiative:
    return InitiativeFactory(published=True, author=UserFactory(), **fields)


def component(field: str, kind: str) -> Callable[[], Initiative]:
    def make() -> Initiative:
        card = a_card()
        ComponentFactory(initiative=card, **({"kind": kind, "name": "Lieu"} | {field: TYPED}))
        return card

    return make


def sheet(field: str) -> Callable[[], Initiative]:
    def make() -> Initiative:
        card = a_card()
        ModelSheet.objects.create(initiative=card, **{field: TYPED})
        return card

    return make


def row(field: str) -> Callable[[], Initiative]:
    def make() -> Initiative:
        card = a_card()
        made = ModelSheet.objects.create(initiative=card)
        values = {"name": "Référent", "topic": SheetLine.Topic.ROLE, "position": 0} | {field: TYPED}
        SheetLine.objects.create(sheet=made, **values)
        return card

    return make


def economics(field: str) -> Callable[[], Initiative]:
    def make() -> Initiative:
        card = a_card()
        values = {"label": "Local", "low": 10, "central": 20, "high": 30, "unit": "€", "payer": "V"}
        EconomicLineFactory(initiative=card, **(values | {field: TYPED}))
        return card

    return make


def supposed() -> Initiative:
    card = economics("label")()
    EconomicAssumptions.objects.create(initiative=card, source=TYPED)
    return card


def material(field: str) -> Callable[[], Initiative]:
    def make() -> Initiative:
        card = a_card()
        deposited(card, **{field: TYPED})
        return card

    return make


def ready(field: str) -> Callable[[], Initiative]:
    def make() -> Initiative:
        card = a_card(**{field: TYPED})
        record_fact(card, Fact.Kind.READINESS, "diagnosis:1", {"ready": True}, "2015-10")
        return card

    return make


PAGES = [
    *(("/initiatives/{}/modele", component(name, kind))
      for name in ("name", "why", "variants", "red_lines") for kind in ("core", "margin")),
    *(("/initiatives/{}/modele", sheet(name))
      for name in ("legal_basis", "personal_data", "contraindications")),
    *(("/initiatives/{}/modele", row(name)) for name in ("name", "detail", "more")),
    ("/initiatives/{}/modele", lambda: a_card(title=TYPED)),
    ("/initiatives/{}/modele", lambda: a_card(prerequisites=[TYPED])),
    *(("/initiatives/{}/modele/economie", economics(name)) for name in ("label", "payer")),
    ("/initiatives/{}/modele/economie", supposed),
    ("/initiatives/{}/modele/economie", lambda: a_card(title=TYPED)),
    *(("/initiatives/{}/kit", material(name)) for name in ("title", "credit", "licence")),
    ("/initiatives/{}/kit", lambda: a_card(title=TYPED)),
    *(("/catalogue?{}", ready(name)) for name in ("title", "summary")),
]  # fmt: skip


@pytest.mark.parametrize(("address", "make"), PAGES)
def test_visitors_read_no_address_that_was_typed(
    address: str, make: Callable[[], Initiative]
) -> None:
    card = make()
    page = Client().get(address.format(card.slug))
    assert page.status_code == 200
    text = page.content.decode()
    assert "claire.martin@" not in text and "06 12 34 56 78" not in text
    assert MASKED in text
    member = Client()
    member.force_login(UserFactory())
    assert "claire.martin@exemple.fr" in member.get(address.format(card.slug)).content.decode()


@pytest.mark.parametrize("field", ["title", "credit"])
def test_the_credits_of_an_archive_hold_none_either(field: str) -> None:
    card = material(field)()
    version = card.kit_materials.get().versions.get()
    version.sha256 = "a0612345678" + "b" * 53  # digits that look like a number
    version.save(update_fields=["sha256"])
    credits = dict(offline.pages(card, items_of(card)))["LICENCES-ET-CREDITS.txt"]
    assert "claire.martin@" not in credits and "06 12 34 56 78" not in credits
    assert MASKED in credits and version.sha256 in credits
