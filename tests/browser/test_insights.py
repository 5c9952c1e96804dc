"""A visitor reads the whole and opens a number; a manager prepares a report and publishes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from essaim.people.demonstration import PASSWORD
from tests.browser.conftest import Server
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

CARD = "/initiatives/les-accorderies/reprises/prevision"
LINES = [
    f"/tableau-de-bord/lignes/{each}"
    for each in ("need_remaining?fictif=1", "delays", "waiting?code=readiness", "themes")
]
MANAGER, FUNDER = "animateur@essaim.example", "financeurs@essaim.example"


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_every_page_of_the_dashboard(visit: Callable[..., Any], width: int, language: str) -> None:
    visitor = visit(width=width, language=language)
    found = walk(
        visitor,
        [
            *("/tableau-de-bord", "/tableau-de-bord?fictif=1", "/tableau-de-bord/rapports"),
            *("/tableau-de-bord/lignes/cards", "/tableau-de-bord/lignes/paid?fictif=1"),
            *("/tableau-de-bord/territoire/department:25", CARD, f"{CARD}?aides=2"),
        ],
    )
    manager = visit(width=width, language=language)
    manager.sign_in(MANAGER, PASSWORD)
    found += walk(
        manager,
        [
            *("/tableau-de-bord/rapports/preparer", f"{CARD}?parrains=3", *LINES),
            "/tableau-de-bord/financeur/departement-du-val-cendre-fictif",
        ],
    )
    assert found == []


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without javascript"])
def test_a_number_opens_the_rows_behind_it(
    server: Server, visit: Callable[..., Any], javascript: bool
) -> None:
    # Figures are those of the last computation; rows are those of now.
    server.essaim("recompute_figures")
    visitor = visit(javascript=javascript)
    page = visitor.go("/tableau-de-bord")
    page.locator(".insights-figure__value a").first.click()
    page.wait_for_load_state()
    assert "/tableau-de-bord/lignes/cards" in page.url
    count = page.locator("h2").first.inner_text().split()[0]
    page.go_back()
    assert page.locator(".insights-figure__value a").first.inner_text().startswith(count)


def test_a_curve_says_whether_the_need_is_met(visit: Callable[..., Any]) -> None:
    page = visit().go(CARD)
    assert "À ce rythme, non" in page.locator("main").inner_text()
    page.get_by_label("Sites aidés de plus, par période").fill("2")
    page.get_by_role("button", name="Voir l’hypothèse").click()
    page.wait_for_load_state()
    assert page.get_by_role("columnheader", name="Hypothèse").is_visible()


def test_a_manager_publishes_the_report_of_the_year(visit: Callable[..., Any]) -> None:
    year = str(timezone.localdate().year)
    manager = visit()
    manager.sign_in(MANAGER, PASSWORD)
    page = manager.go("/tableau-de-bord/rapports/preparer")
    page.get_by_label("Année du rapport").fill(year)
    page.get_by_role("button", name="Préparer").click()
    page.wait_for_load_state()
    assert manager.defects() == []
    page.get_by_role("link", name="Modifier les textes").click()
    assert manager.defects() == []
    page.get_by_label("Ce que l’année a montré").fill("Une reprise de plus (fictif).")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_load_state()
    page.get_by_role("button", name="Publier").click()
    page.wait_for_load_state()
    visitor = visit().go(f"/tableau-de-bord/rapports/{year}")
    assert "Une reprise de plus" in visitor.locator("main").inner_text()
