"""Management dialogue in a real browser: both parties, both languages, and a free choice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

CENTRE, REGION = "direction@essaim.example", "region@essaim.example"


def addresses(person: Any, shape: str) -> list[str]:
    """The addresses of this shape that the person's list leads to."""
    page = person.go("/dialogue")
    found = page.eval_on_selector_all(
        "main a[href]", "links => links.map(link => link.getAttribute('href'))"
    )
    return list(dict.fromkeys(each for each in found if re.fullmatch(shape, each)))


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_every_page_of_a_dialogue(visit: Callable[..., Any], width: int, language: str) -> None:
    centre = visit(width=width, language=language)
    centre.sign_in(CENTRE, PASSWORD)
    (campaign,) = addresses(centre, r"/dialogue/campagnes/\d+")
    found = walk(
        centre,
        [
            "/dialogue", "/dialogue/nouvelle-campagne", campaign, f"{campaign}/modifier",
            f"{campaign}/territoires", f"{campaign}/indicateurs", f"{campaign}/animation",
        ],
    )  # fmt: skip
    region = visit(width=width, language=language)
    region.sign_in(REGION, PASSWORD)
    (dialogue,) = addresses(region, r"/dialogue/\d+")
    found += walk(region, ["/dialogue", dialogue, f"{dialogue}/reunion"])
    found += walk(centre, [dialogue, f"{dialogue}/pratiques?all=on", f"{dialogue}/responsables"])
    assert found == []


@pytest.mark.parametrize("javascript", [True, False])
def test_the_territory_thinks_a_choice_over(visit: Callable[..., Any], javascript: bool) -> None:
    region = visit(javascript=javascript)
    region.sign_in(REGION, PASSWORD)
    (dialogue,) = addresses(region, r"/dialogue/\d+")
    page = region.go(dialogue)
    assert "n’entraînent rien" in page.inner_text("main")
    page.get_by_role("link", name="Revoir ce choix").last.click()
    page.wait_for_load_state()
    page.get_by_label("Ce que vous adaptez, ou pourquoi").fill("")
    page.get_by_role("button", name="Enregistrer le choix").click()
    page.wait_for_load_state()
    assert "Dites pourquoi" in page.inner_text("main")
    page.get_by_label("Ce que vous adaptez, ou pourquoi").fill("À revoir au printemps. (fictif)")
    page.get_by_role("button", name="Enregistrer le choix").click()
    page.wait_for_load_state()
    assert "À revoir au printemps." in page.inner_text("main")
