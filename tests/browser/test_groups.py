"""Needs that go together and groups of territories in a real browser: every page, and the story."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

STEWARD, OTHER = "isere@essaim.example", "savoie@essaim.example"
RURAL, NEIGHBOUR = "rural@essaim.example", "voisin@essaim.example"
GROUP = "/groupes/departements-de-montagne"


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_every_page_of_groups(visit: Callable[..., Any], width: int, language: str) -> None:
    found = walk(visit(width=width, language=language), ["/groupes", GROUP])
    steward = visit(width=width, language=language)
    steward.sign_in(STEWARD, PASSWORD)
    found += walk(
        steward,
        [
            *(GROUP, f"{GROUP}/modifier", f"{GROUP}/inviter", f"{GROUP}/animateurs"),
            *(f"{GROUP}/terminer", "/groupes/nouveau?territory=department:38"),
            "/territoires/department:38/semblables",
            "/territoires/group:departements-de-montagne",
        ],
    )
    author = visit(width=width, language=language)
    author.sign_in(RURAL, PASSWORD)
    found += walk(
        author,
        [
            *("/besoins", "/besoins/1", "/besoins/1/modifier", "/besoins/1/resolu"),
            *("/besoins/nouveau?q=transport+isolés", "/besoins/2/rejoindre"),
        ],
    )
    assert found == []


def press(person: Any, name: str) -> None:
    person.page.get_by_role("button", name=name, exact=True).click()
    person.page.wait_for_load_state()


def test_two_needs_become_a_group(visit: Callable[..., Any]) -> None:
    """A rural intercommunality states its need; its neighbour has the same; they go together."""
    author, neighbour = visit(), visit(width=360)
    author.sign_in(RURAL, PASSWORD)
    page = author.go("/")
    page.fill("[name=q] >> nth=-1", "des aînés isolés sans transport vers le marché")
    press(author, "Dire ce besoin à d’autres")
    assert "aînés isolés" in page.locator("[name=text]").input_value()
    assert page.locator("[name=territory]").input_value()
    page.locator("summary", has_text="Préciser").click()
    page.fill("[name=for_whom]", "personnes âgées")
    page.fill("[name=count_min]", "50")
    page.locator("label", has_text="Tout le monde").click()
    press(author, "Enregistrer")
    assert "Besoins semblables" in page.inner_text("main")
    author.check()
    page = author.go("/besoins/2/rejoindre")
    press(author, "Demander à se grouper")
    assert "partie" in page.inner_text("main")

    neighbour.sign_in(NEIGHBOUR, PASSWORD)
    theirs = neighbour.go("/besoins/2")
    theirs.locator("a", has_text="Lire et répondre").click()
    theirs.wait_for_load_state()
    neighbour.check()
    theirs.fill("[name=name]", "Vallées sans car")
    press(neighbour, "Accepter et se grouper")
    shown = theirs.inner_text("main")
    assert "Vallées sans car" in shown
    assert "Besoins réunis" in shown
    assert "2 territoires membres" in shown
    neighbour.check()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_territory_is_invited_and_agrees(visit: Callable[..., Any], javascript: bool) -> None:
    steward, other = visit(javascript=javascript), visit(javascript=javascript)
    steward.sign_in(STEWARD, PASSWORD)
    page = steward.go("/groupes/nouveau?territory=department:38&territory=department:73")
    page.fill("[name=name]", f"Alpes {'vives' if javascript else 'calmes'}")
    press(steward, "Former le groupe")
    assert "1 territoire membre, 1 en attente" in page.inner_text("main")
    address = "/" + page.url.split("/", 3)[-1]
    other.sign_in(OTHER, PASSWORD)
    theirs = other.go(address)
    theirs.get_by_role("button", name="Accepter").click()
    theirs.wait_for_load_state()
    assert "2 territoires membres" in theirs.inner_text("main")
    assert "448" in theirs.inner_text("#comparaison")
