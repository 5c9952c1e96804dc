"""What follows a pool in a real browser: milestones and spending of the pilot, the budget of one
site, the grants to publish, the press sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk
from tests.browser.test_funding import LEAD, address_of, options_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_every_page_of_the_follow_up(visit: Callable[..., Any], width: int, language: str) -> None:
    lead = visit(width=width, language=language)
    lead.sign_in(LEAD, PASSWORD)
    farm, pool = address_of(lead, "Moyembrie"), address_of(lead, "Enerterre")
    option = options_of(lead, pool)[0]
    page = lead.go("/subventions/a-publier")
    marking = page.locator("main article a[href*='/publication']").first.get_attribute("href")
    found = walk(
        lead,
        [
            *("/subventions/a-publier", "/subventions/a-publier?faites=oui", marking),
            *(f"{farm}/suivi", f"{farm}/rapport", f"{farm}/jalons", f"{option}/budget"),
        ],
    )
    assert found == []
    sheet = lead.page.request.get(f"{lead.server.url}{pool}/presse.pdf")
    assert sheet.status == 200 and sheet.body().startswith(b"%PDF")


def test_a_pilot_is_planned_reported_and_its_grant_published(visit: Callable[..., Any]) -> None:
    lead = visit()
    lead.sign_in(LEAD, PASSWORD)
    farm = address_of(lead, "Moyembrie")
    page = lead.go(f"{farm}/jalons")
    page.fill("input[name=title]", "Dix personnes accueillies (fictif)")
    page.fill("input[name=planned_on]", "2027-03-01")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    assert "Dix personnes accueillies (fictif)" in page.locator("main").inner_text()
    lead.check()
    page = lead.go(f"{farm}/rapport")
    page.fill("textarea[name=done]", "Le second forage donne de l’eau (fictif).")
    page.locator("input[name^=spent_]").nth(2).fill("1500,50")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    assert "15\u00a0700,50\u00a0€" in page.locator("main").inner_text()
    lead.check()
    page = lead.go("/subventions/a-publier")
    before = page.locator("main article").count()
    page.locator("main article a[href*='/publication']").first.click()
    page.wait_for_load_state()
    page.fill("input[name=url]", "https://www.data.gouv.fr/datasets/subventions-fictives")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    lead.check()
    assert lead.go("/subventions/a-publier").locator("main article").count() == before - 1
    done = lead.go("/subventions/a-publier?faites=oui").locator("main article")
    assert done.count() == 1 and "publiées le" in done.inner_text()
