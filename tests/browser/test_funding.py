"""Replication grants in a real browser: the demonstration's pools, and a whole story with five
roles: a lead funder, another funder, the holder, a manager, a visitor."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

LEAD, FUNDER = "financeur@essaim.example", "financeurs@essaim.example"
PARK, KITCHEN = "parc@essaim.example", "cuisine@essaim.example"
MANAGER, ADOPTER = "animateur@essaim.example", "repreneur@essaim.example"


def address_of(person: Any, title: str) -> str:
    """The page of the pool whose card bears this title."""
    page = person.go("/subventions")
    link = page.locator("main article a", has_text=title).first
    return re.sub(r"^https?://[^/]+", "", link.get_attribute("href"))


def options_of(person: Any, pool: str) -> list[str]:
    page = person.go(pool)
    links = page.locator("#options a[href*='/options/']")
    return [links.nth(n).get_attribute("href") for n in range(links.count())]


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_every_page_of_pools(visit: Callable[..., Any], width: int, language: str) -> None:
    visitor = visit(width=width, language=language)
    pool = address_of(visitor, "Enerterre")
    option = options_of(visitor, pool)[0]
    found = walk(visitor, ["/subventions", "/subventions?q=zzz", pool, option])
    lead = visit(width=width, language=language)
    lead.sign_in(LEAD, PASSWORD)
    found += walk(
        lead,
        [
            *(pool, f"{pool}/suivi", f"{pool}/registre", f"{pool}/notes", f"{pool}/invitations"),
            *(f"{pool}/invitations/semblables", f"{pool}/documents", f"{pool}/visite"),
            *(f"{pool}/reunions", f"{pool}/clore", f"{pool}/abandonner", f"{pool}/option"),
            *(option, f"{option}/acte", f"{option}/versements", f"{option}/reversement"),
        ],
    )
    holder = visit(width=width, language=language)
    holder.sign_in(PARK, PASSWORD)
    farm = address_of(holder, "Moyembrie")
    shared = options_of(holder, farm)
    found += walk(holder, [pool, option, f"{pool}/suivi", "/mon-espace", farm, shared[0]])
    found += walk(lead, [farm, f"{farm}/suivi", f"{shared[-1]}/repreneur/trouver"])
    assert found == []


def press(person: Any, name: str) -> Any:
    person.page.get_by_role("button", name=name, exact=True).click()
    person.page.wait_for_load_state()
    return person.page


def agree_as_adopter(person: Any) -> None:
    """From the workspace: the form, one button."""
    page = person.go("/mon-espace")
    page.get_by_role("link", name=re.compile("Donner votre accord à une reprise")).first.click()
    page.wait_for_load_state()
    assert "commencer la préparation" in press(person, "Donner mon accord").inner_text("main")


def test_from_an_option_to_a_replication(visit: Callable[..., Any]) -> None:
    lead, other, holder = visit(), visit(), visit()
    lead.sign_in(LEAD, PASSWORD)
    other.sign_in(FUNDER, PASSWORD)
    holder.sign_in(KITCHEN, PASSWORD)
    pool = address_of(other, "Cuisine")

    # A third option: the minimum is reached.
    page = other.go(f"{pool}/option")
    page.fill("[name=territory]", "department:80")
    page.fill("[name=amount_cents]", "45 000,50")
    page = press(other, "Prendre cette option")
    assert "45 000,50" in page.inner_text("main").replace("\u202f", " ").replace("\xa0", " ")

    # Another funder's site may be paid in shares.
    page = other.go(pool)
    page.get_by_role("link", name="Cofinancer ce site").first.click()
    page.wait_for_load_state()
    assert page.locator("#id_cofund").is_checked()

    # The lead confirms the pilot's, then the pilot starts.
    pilot = options_of(lead, pool)[0]
    page = lead.go(f"{pilot}/confirmer")
    page.fill("[name=adopter]", "CCAS de Rochebrune-sur-Loue (fictif)")
    page.locator("label[for=id_charter]").click(position={"x": 5, "y": 5})
    page.locator("label[for=id_sure]").click(position={"x": 5, "y": 5})
    assert "Confirmée" in press(lead, "Confirmer").inner_text("main")
    lead.go(pool)
    assert "accord du repreneur du pilote" in press(lead, "Commencer le pilote").inner_text("body")
    adopter = visit()
    adopter.sign_in(ADOPTER, PASSWORD)
    agree_as_adopter(adopter)
    lead.go(pool)
    assert "Le pilote commence" in press(lead, "Commencer le pilote").inner_text("body")

    page = holder.go(f"{pool}/rapport")
    page.fill("[name=done]", "Deux promotions formées.")
    page.fill("[name=spent_investment]", "12 000")
    page.fill("[name=indicators]", "Stagiaires = 16")
    assert "Stagiaires" in press(holder, "Envoyer le rapport").inner_text("main")

    lead.go(pool)
    press(lead, "Passer à l’examen")
    for person in (lead, other):
        page = person.go(f"{pool}/avis")
        page.locator("label[for=id_is_favourable_0]").click()
        page.fill("[name=reasons]", "Les stagiaires ont un emploi.")
        press(person, "Donner cet avis")
    visitor = visit()
    assert "ont un emploi" not in visitor.go(pool).inner_text("main")
    lead.go(f"{pool}/constat")
    assert "preuve du concept est faite" in press(lead, "Publier le constat").inner_text("main")
    assert "ont un emploi" in visitor.go(pool).inner_text("main")

    # The other funder confirms; with an adopter, the replication exists.
    mine = options_of(other, pool)[-1]
    page = other.go(f"{mine}/confirmer")
    page.fill("[name=adopter]", "CCAS de Rochebrune-sur-Loue (fictif)")
    page.fill("[name=planned_on]", (dt.date.today() + dt.timedelta(days=90)).isoformat())
    page.locator("label[for=id_charter]").click(position={"x": 5, "y": 5})
    page.locator("label[for=id_sure]").click(position={"x": 5, "y": 5})
    press(other, "Confirmer")
    text = other.go(mine).inner_text("main")
    assert "Confirmée" in text and "Rochebrune" in text and "Pas encore engagée" in text
    agree_as_adopter(adopter)
    text = other.go(mine).inner_text("main")
    assert "engagée" in text and "Pas encore engagée" not in text
    manager = visit()
    manager.sign_in(MANAGER, PASSWORD)
    page = manager.go(f"{pool}/registre")
    assert page.locator("tbody tr").count() >= 5
