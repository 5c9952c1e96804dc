"""Indicators from a file with other columns, then territories like one, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk
from tests.browser.test_import import wait_for

pytestmark = pytest.mark.browser

# Made up: three intercommunalities that exist, one that does not.
WIDE = (
    "CODGEO,LIBGEO,MED15,TP6015\n200040715,Un,21000,15.1\n200000172,Deux,23622,9\n"
    "200023414,Trois,20500,14\n999999999,Personne,1,1\n"
)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_file_is_mapped_then_compared_on(
    visit: Callable[..., Any], tmp_path: Path, javascript: bool
) -> None:
    path = tmp_path / "filosofi.csv"
    path.write_text(WIDE, encoding="utf-8")
    manager = visit(javascript=javascript)
    manager.sign_in("animateur@essaim.example", PASSWORD)
    page = manager.go("/gestion/indicateurs")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Voir ses colonnes").click()
    page.wait_for_load_state()
    assert page.input_value("[name=c-1-code]") == "MED"
    if javascript:
        manager.check()
    page.get_by_role("button", name="Vérifier le fichier").click()
    page.wait_for_load_state()
    confirm = page.locator("form[action$='/charger'] button")
    wait_for(manager, confirm)
    assert "999999999" in page.inner_text("main")
    if javascript:
        manager.check()
    confirm.click()
    page.wait_for_load_state()
    wait_for(manager, page.locator("text=/sont chargées/i"))
    reader = visit(javascript=javascript)
    found = reader.go("/territoires/epci:200040715/semblables?profile=own&use_0=on&use_1=on")
    assert "Comparé à" in found.inner_text("main")


def test_pages_of_indicators(visit: Callable[..., Any]) -> None:
    manager = visit(width=360)
    manager.sign_in("animateur@essaim.example", PASSWORD)
    own = "/territoires/epci:200000172/semblables?profile=own"  # its indicators stand open
    assert walk(manager, ["/gestion/indicateurs", own.partition("?")[0], own]) == []
    english = visit(language="en")
    assert walk(english, ["/territoires/commune:38185/semblables?k=15&common=any"]) == []
