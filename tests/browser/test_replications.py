"""An adopter takes an initiative up, the holder confirms, a red line is crossed, news are given."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

CARD = "/initiatives/plateforme-precarite-energetique-du-ccas-de-grenoble"
ADOPTER, HOLDER = "repreneur@essaim.example", "porteur@essaim.example"


def press(person: Any, name: str) -> None:
    person.page.locator("main").get_by_role("button", name=name, exact=True).click()
    person.page.wait_for_load_state()


def running_site(person: Any) -> str:
    """The address of the demonstration's running site."""
    page = person.go(f"{CARD}/reprises")
    link = page.locator(".replications-tree a", has_text="Rochebrune").first
    return str(link.get_attribute("href"))


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_every_page_of_replications(visit: Callable[..., Any], width: int, language: str) -> None:
    visitor = visit(width=width, language=language)
    site = running_site(visitor)
    found = walk(visitor, ["/reprises", f"{CARD}/reprises", site, f"{site}/adaptations"])
    adopter = visit(width=width, language=language)
    adopter.sign_in(ADOPTER, PASSWORD)
    found += walk(
        adopter,
        [
            *("/reprises/les-miennes", f"{CARD}/reprises/declarer", site, f"{site}/nouvelles"),
            *(f"{site}/adaptations/ajouter", f"{site}/coeur", f"{site}/prevu", f"{site}/pair"),
            *(f"{site}/objectifs", f"{site}/obstacles", f"{site}/jalons", f"{site}/arreter"),
        ],
    )
    holder = visit(width=width, language=language)
    holder.sign_in(HOLDER, PASSWORD)
    found += walk(
        holder,
        [
            *(f"{CARD}/reprises", f"{CARD}/reprises/besoin", f"{CARD}/reprises/poids"),
            *(f"{CARD}/reprises/texte", f"{site}/conseil"),
        ],
    )
    assert found == []


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without javascript"])
def test_from_a_declaration_to_the_first_news(
    visit: Callable[..., Any], server: Any, javascript: bool
) -> None:
    adopter, holder = visit(javascript=javascript), visit(width=360)
    adopter.sign_in(ADOPTER, PASSWORD)
    holder.sign_in(HOLDER, PASSWORD)
    name = f"Maison {uuid.uuid4().hex[:6]} (fictif)"

    page = adopter.go(f"{CARD}/reprises/declarer")
    page.fill("[name=territory]", "commune:38185")
    page.fill("[name=site_name]", name)
    page.check("[name=another_site]", force=True)
    page.check("[name=mode][value=supple]", force=True)
    page.check("[name=charter]", force=True)
    page.check("[name=dimensions][value=trade]", force=True)
    press(adopter, "Déclarer la reprise")
    page.wait_for_url(re.compile(r"/reprises/\d+$"))
    site = re.sub(r"^https?://[^/]+", "", page.url)
    assert "donner son accord" in page.inner_text("main")

    page = holder.go(site)
    page.get_by_role("link", name="Donner l’accord du porteur").click()
    press(holder, "Donner mon accord")
    page.wait_for_url(f"**{site}")
    assert "commencer la préparation" in page.inner_text("main")
    holder.check()

    page = adopter.go(f"{site}/adaptations/ajouter")
    page.select_option("[name=component]", index=1)
    page.fill("[name=what]", "Nous remettons une liste d’adresses (fictif)")
    page.check("[name=nature][value=reactive]", force=True)
    page.fill("[name=decided_by]", "comité de pilotage")
    page.fill("[name=why]", "Personne pour tenir le guichet (fictif)")
    page.select_option("[name=share]", "0")
    page.select_option("[name=red_line]", index=1)
    press(adopter, "Noter")
    page.wait_for_url("**/adaptations")
    assert "n’est plus une réplication au sens de la fiche" in page.inner_text("main")
    adopter.check()

    page = adopter.go(f"{site}/nouvelles")
    page.get_by_role("link", name=re.compile("Donner des nouvelles")).first.click()
    page.fill("[name=beneficiaries]", "12")
    page.fill("[name=cost_running_costs]", "900000")
    page.fill("[name=done]", "Une première permanence (fictif)")
    adopter.expected_statuses = {422}
    press(adopter, "Envoyer mes nouvelles")
    assert "Ces chiffres sont-ils exacts" in page.inner_text("main")
    assert page.input_value("[name=done]") == "Une première permanence (fictif)"
    adopter.check()
    page.fill("[name=cost_running_costs]", "900,50")
    press(adopter, "Envoyer mes nouvelles")
    page.wait_for_url("**/nouvelles")
    assert "12 personnes servies" in page.inner_text("main")

    reader = visit(width=360)
    page = reader.go(f"{CARD}/reprises")
    assert name in page.inner_text("main")
    reader.check()
