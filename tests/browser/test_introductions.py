"""Introductions in a real browser: every page, and a proposal that becomes a replication."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

HOLDER = "porteur@essaim.example"
ADOPTER = "repreneur@essaim.example"
TOWN = "collectivite@essaim.example"
MEMBER = "membre@essaim.example"
CARD = "/initiatives/plateforme-precarite-energetique-du-ccas-de-grenoble"
PLACE = "epci:200000172"


def press(person: Any, name: str) -> None:
    person.page.get_by_role("button", name=name, exact=True).click()
    person.page.wait_for_load_state()


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_every_page_of_introductions(visit: Callable[..., Any], width: int, language: str) -> None:
    holder = visit(width=width, language=language)
    holder.sign_in(HOLDER, PASSWORD)
    useful = f"{CARD}/territoires-utiles"
    found = walk(
        holder,
        [
            *(CARD, useful, f"{useful}?kind=department&with_sites=on", f"{useful}?reachable=on"),
            *(f"{useful}/{PLACE}/proposer", f"{useful}/department:38/proposer"),
            *(f"{CARD}/mises-en-relation", "/mises-en-relation", "/mises-en-relation/1"),
            *("/mises-en-relation/1/issue", "/mises-en-relation/1/visite"),
            *("/mises-en-relation/1/noter", "/mises-en-relation/1/ecrire"),
        ],
    )
    town = visit(width=width, language=language)
    town.sign_in(TOWN, PASSWORD)
    found += walk(
        town,
        [
            *("/mises-en-relation/2", "/mises-en-relation/2/decliner"),
            *("/mises-en-relation/mes-choix",),
            *("/organisations/communaute-de-communes-fictif/propositions", "/mon-espace"),
        ],
    )
    assert found == []


@pytest.mark.parametrize("javascript", [True, False])
def test_from_a_territory_to_a_replication(visit: Callable[..., Any], javascript: bool) -> None:
    """« Je suis intéressé » leads there; what each side says, the other reads."""
    holder, member = visit(javascript=javascript), visit(javascript=javascript)
    member.sign_in(MEMBER, PASSWORD)
    page = member.go(f"{CARD}/interesse")
    page.fill("[name=message]", f"Peut-on venir voir le guichet ? {javascript}")
    press(member, "Envoyer au porteur")
    page.get_by_role("link", name="Suivre la mise en relation").first.click()
    page.wait_for_load_state()
    assert "Le porteur doit répondre" in page.inner_text("main")
    address = page.url.split("/", 3)[-1]

    holder.sign_in(HOLDER, PASSWORD)
    theirs = holder.go(f"/{address}")
    press(holder, "Accepter")
    theirs.fill("[name=text]", "Venez un mardi matin.")
    press(holder, "Envoyer")
    theirs = holder.go(f"/{address}/noter")
    theirs.fill("[name=text]", "À recevoir avec l’élue.")
    press(holder, "Enregistrer")

    page = member.go(f"/{address}")
    read = page.inner_text("main")
    assert "Acceptée" in read and "Venez un mardi matin." in read
    assert "À recevoir avec l’élue." not in read
    page = member.go(f"/{address}/visite")
    page.fill("[name=on]", _today(page))
    press(member, "Enregistrer")
    assert "Visite faite" in page.inner_text("main")
    theirs = holder.go(f"/{address}/issue")
    theirs.locator("label[for=id_outcome_0]").click()
    press(holder, "Conclure")
    assert "Une reprise commence" in theirs.inner_text("main")
    assert "Une reprise commence" in member.go(f"/{address}").inner_text("main")
    if javascript:
        member.check()


def _today(page: Any) -> str:
    return str(page.evaluate("new Date().toISOString().slice(0, 10)"))


def test_where_it_would_be_useful_as_a_list_a_map_and_a_file(visit: Callable[..., Any]) -> None:
    holder = visit()
    holder.sign_in(HOLDER, PASSWORD)
    page = holder.go(f"{CARD}/territoires-utiles?kind=epci")
    assert page.locator("svg.department-map rect").count() > 100
    assert page.locator("ol h3").count() == 20
    assert "Grenoble-Alpes-Métropole" in page.inner_text("ol:has(h3)")
    page.get_by_text("Les mêmes chiffres en tableau").click()
    assert page.locator("table tbody tr").count() > 10
    with page.expect_download() as download:
        page.get_by_role("link", name="Emporter toute la liste (CSV)").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Rang;Nature;Code") and len(lines) > 1000
