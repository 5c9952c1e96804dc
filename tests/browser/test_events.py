"""Meetings in a real browser: every page in both languages, and a registration in one press."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

WEEK = "/evenements/semaine-de-linnovation-en-isere-fictif"
HOLDUP = "/evenements/hold-up-sur-la-facture-denergie-fictif"
MEMBER, HOLDER = "membre@essaim.example", "porteur@essaim.example"


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_every_page_of_events(visit: Callable[..., Any], width: int, language: str) -> None:
    found = walk(
        visit(width=width, language=language),
        [
            *("/evenements", "/evenements?past=on", WEEK, f"{WEEK}/suites", HOLDUP),
            *(f"{HOLDUP}/seance", "/lieux", "/lieux/la-verriere-fictif", "/reseaux"),
        ],
    )
    holder = visit(width=width, language=language)
    holder.sign_in(HOLDER, PASSWORD)
    found += walk(
        holder, [f"{WEEK}/rencontres", f"{HOLDUP}/inscription", "/evenements/mes-evenements"]
    )
    assert found == []


@pytest.mark.parametrize("javascript", [True, False])
def test_coming_and_leaving(visit: Callable[..., Any], javascript: bool) -> None:
    member = visit(javascript=javascript)
    member.sign_in(MEMBER, PASSWORD)
    page = member.go(f"{HOLDUP}/inscription")
    page.get_by_role("button", name="M’inscrire", exact=True).click()
    page.wait_for_load_state()
    assert "Vous êtes inscrit." in page.inner_text("main")
    page.get_by_role("button", name="Me désinscrire", exact=True).click()
    page.wait_for_load_state()
    assert "Il reste 24 places." in page.inner_text("main")
