"""From a local need to an initiative that worked, as the director of a CCAS would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD

pytestmark = pytest.mark.browser


def search_from_home(person: Any, need: str, place: str) -> None:
    page = person.go("/")
    form = page.locator("main form").first
    form.locator("[name=q]").fill(need)
    if place:
        form.locator("[name=territory]").fill(place)
    form.locator("button[type=submit], input[type=submit]").first.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without javascript"])
def test_a_need_finds_what_worked(visit: Callable[..., Any], javascript: bool) -> None:
    person = visit(javascript=javascript)
    search_from_home(person, "précarité énergétique", "Grenoble")
    page = person.page
    assert "/initiatives?" in page.url
    content = page.locator("main").inner_text()
    assert "récarité énergétique" in content
    page.locator("main a", has_text="récarité énergétique").first.click()
    page.wait_for_load_state()
    card = page.locator("main").inner_text()
    for expected in ("Ce qui n’a pas marché", "Grenoble"):
        assert expected in card
    if javascript:
        person.check()


def test_the_commune_field_works_with_the_keyboard_alone(visit: Callable[..., Any]) -> None:
    person = visit(width=360)
    page = person.go("/")
    field = page.locator("main form [name=territory]").first
    field.focus()
    page.keyboard.type("saint-denis", delay=20)
    page.locator("[role=option]").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    labels = page.locator("[role=option]").all_inner_texts()
    assert any("Saint-Denis (93)" in label for label in labels)
    assert any("Saint-Denis (974)" in label for label in labels)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert field.input_value() in {"Saint-Denis (93)", "Saint-Denis (974)"}
    assert field.get_attribute("aria-expanded") == "false"
    person.check()


def test_an_ambiguous_commune_is_asked_again_without_javascript(visit: Callable[..., Any]) -> None:
    person = visit(javascript=False)
    search_from_home(person, "jeunes", "saint-denis")
    page = person.page
    assert page.locator("main [name=q]").first.input_value() == "jeunes"
    page.locator("label", has_text="Saint-Denis (93)").first.click()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    assert "Saint-Denis (93)" in page.locator("main").inner_text()


def test_an_empty_result_says_what_to_relax_and_becomes_a_need(visit: Callable[..., Any]) -> None:
    person = visit()
    person.sign_in("membre@essaim.example", PASSWORD)
    page = person.go("/initiatives?q=logement&territory=commune:97120&proof=5")
    page.locator("main a", has_text="besoin").first.click()
    page.wait_for_load_state()
    assert "/besoins/nouveau" in page.url
    text = page.locator("main form textarea").first
    assert "logement" in text.input_value()
    text.fill("Des familles logées à l’hôtel cherchent un logement stable.")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_load_state()
    assert "Des familles logées" in page.locator("main").inner_text()
    person.check()


def test_the_language_can_be_changed(visit: Callable[..., Any]) -> None:
    person = visit(javascript=False)
    page = person.go("/")
    page.locator("button", has_text="English").first.click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "en"
