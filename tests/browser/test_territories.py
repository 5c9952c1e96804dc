"""Naming a place: with the keyboard alone, with a screen reader in mind, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD

pytestmark = pytest.mark.browser


def test_a_territory_is_chosen_with_the_keyboard(visit: Callable[..., Any]) -> None:
    person = visit()
    page = person.go("/territoires")
    field = page.locator("#id_territory")
    field.press_sequentially("saint-denis")
    page.locator("[role=option]").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    said = field.locator("xpath=../*[@role='status']")
    assert said.inner_text().startswith("10 territoires proposés")
    field.press("ArrowDown")
    field.press("ArrowDown")
    active = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert active.inner_text().startswith("Saint-Denis (93)")
    person.check()
    field.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "saint-denis", "leaving the list chooses nothing"
    field.press("ArrowDown")
    page.locator("[role=option]").first.wait_for()
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    assert field.input_value() == "Saint-Denis (93)"
    field.press("Enter")
    page.wait_for_url("**/territoires/commune:93066")
    person.check()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_territory_is_chosen_without_javascript(visit: Callable[..., Any], width: int) -> None:
    person = visit(javascript=False, width=width)
    page = person.go("/territoires")
    page.locator("#id_territory").fill("Saint-Denis")
    page.locator("main form button[type=submit]").click()
    assert page.locator("#id_territory").input_value() == "Saint-Denis"
    page.locator("label", has_text="Saint-Denis (93)").last.click()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/territoires/commune:93066")


def test_a_manager_loads_a_zoning(visit: Callable[..., Any], tmp_path: Any) -> None:
    path = tmp_path / "parcs.csv"
    path.write_text("code;nom;communes\nPNR1;Vercors;38185 26362\n;Sans code;38185\n")
    person = visit()
    person.sign_in("animateur@essaim.example", PASSWORD)
    page = person.go("/gestion/zonages")
    page.fill("#id_name", "Parcs naturels régionaux")
    page.fill("#id_slug", "parc")
    page.set_input_files("#id_file", path)
    page.get_by_role("button", name="Vérifier le fichier").click()
    page.get_by_text("1 ligne ne sera pas chargée").wait_for()
    person.check()
    page.get_by_role("button", name="Charger ce zonage").click()
    page.get_by_text("1 zone écrite").wait_for()
    person.check()
    page = person.go("/territoires/parc:PNR1")
    assert page.locator("h1").inner_text() == "Vercors (PNR1)"
    person.check()
