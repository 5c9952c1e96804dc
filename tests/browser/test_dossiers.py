"""The one file of a holder in a real browser: every page of the demonstration's, then a whole
story with three roles: the holder, the lead funder, another funder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk
from tests.browser.test_funding import FUNDER, KITCHEN, LEAD, PARK, address_of, press

pytestmark = pytest.mark.browser

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3].partition("?")[0]


def file_of(person: Any, title: str) -> str:
    """The page of the file of the pool whose card bears this title."""
    page = person.go(address_of(person, title))
    return str(page.locator("main a[href^='/dossiers/']").first.get_attribute("href"))


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_every_page_of_a_file(visit: Callable[..., Any], width: int, language: str) -> None:
    holder = visit(width=width, language=language)
    holder.sign_in(PARK, PASSWORD)
    file = file_of(holder, "Enerterre")
    found = walk(holder, ["/dossiers", file, f"{file}/pieces", f"{file}/retirer"])
    page = holder.go(file)
    report = page.locator("main a[href*='/comptes-rendus/']").first.get_attribute("href")
    parts = ["identite", "personnes", "relations", "moyens", "projet", "budget"]
    found += walk(
        holder,
        [report, f"{file}/comptes-rendus", *(f"{file}/parties/{part}" for part in parts)],
    )
    body = holder.go(file).locator("main a[href^='/organisations/']").first.get_attribute("href")
    body = body.removesuffix("/")
    found += walk(
        holder, [f"{body}/documents", f"{body}/documents/deposer", f"{body}/attestations"]
    )
    lead = visit(width=width, language=language)
    lead.sign_in(LEAD, PASSWORD)
    found += walk(
        lead,
        [
            *(file, f"{file}/versions/1", f"{file}/versions/2", f"{file}/versions/2/differences"),
            *(f"{file}/questions", f"{file}/pieces-demandees", report),
        ],
    )
    assert found == []


def test_from_the_pool_to_the_second_version(visit: Callable[..., Any], tmp_path: Path) -> None:
    holder, lead, other = visit(), visit(), visit()
    holder.sign_in(KITCHEN, PASSWORD)
    lead.sign_in(LEAD, PASSWORD)
    other.sign_in(FUNDER, PASSWORD)
    pool = address_of(holder, "Cuisine")
    holder.go(pool)
    page = press(holder, "Commencer le dossier")
    file = path_of(page.url)
    assert "à compléter" in page.inner_text("main").lower()

    # It saves itself as one types, and keeps what was typed when a number is wrong.
    page = holder.go(f"{file}/parties/identite")
    page.fill("[name=object]", "Former à la cuisine.")
    page.get_by_text("Enregistré à").wait_for()
    page.fill("[name=siret]", "73282932000075")
    page.fill("[name=address]", "1 rue des Casseroles, Exemple")
    holder.expected_statuses = {422}
    page = press(holder, "Enregistrer")
    assert "n’est pas un SIRET" in page.inner_text("main")
    assert page.input_value("[name=address]") == "1 rue des Casseroles, Exemple"
    page.fill("[name=siret]", "73282932000074")
    page = press(holder, "Enregistrer et continuer")
    holder.expected_statuses = set()

    page.fill("[name=representative]", "Gaël Cuisine (fictif)")
    page.fill("[name=representative_function]", "directeur")
    page.fill("[name=representative_email]", "cuisine@essaim.example")
    page = press(holder, "Enregistrer et continuer")
    page.locator("label[for=id_public_utility_1]").click()
    page.locator("label[for=id_commercial_taxes_1]").click()
    press(holder, "Enregistrer et continuer")
    page = press(holder, "Enregistrer et continuer")
    for name in ("objectives", "need", "description", "beneficiaries", "territory", "resources"):
        if not page.input_value(f"[name={name}]"):
            page.fill(f"[name={name}]", f"Ce qui est dit de « {name} ».")
    page.fill("[name=evaluation]", "Emplois trouvés.")
    page.fill("[name=starts_on]", "2027-01-01")
    page.fill("[name=ends_on]", "2027-12-31")
    page = press(holder, "Enregistrer et continuer")
    # The pool's amounts are there, and balance.
    assert page.locator("[name=charges-0-amount_cents]").input_value()
    page.get_by_role("button", name="Ajouter une charge").click()
    page = press(holder, "Enregistrer et relire l’ensemble")
    assert page.get_by_text("à compléter", exact=True).count() == 1  # statements

    page = holder.go(file)
    page.get_by_role("link", name="Attestations").click()
    for box in page.locator("main .fr-checkbox-group label").all():
        box.click(position={"x": 5, "y": 5})
    page.fill("[name=amount_cents]", "0")
    press(holder, "J’atteste ce que j’ai coché")
    statutes = tmp_path / "statuts.pdf"
    statutes.write_bytes(PDF)
    page.get_by_role("link", name="Déposer un autre document").click()
    page.set_input_files("[name=file]", statutes)
    press(holder, "Déposer")
    page.select_option("[name=document]", index=1)
    press(holder, "Joindre")
    holder.go(f"{file}/deposer")
    page = press(holder, "Déposer cette version")
    assert "version 1" in page.inner_text("main")

    # Another funder asks; the answer is read by the lead, who finds what changed.
    page = other.go(f"{file}/versions/1")
    assert "Emplois trouvés." in page.inner_text("main")
    page.locator("section", has_text="Le projet").get_by_role("link").first.click()
    page.fill("[name=text]", "Combien de stagiaires ?")
    press(other, "Poser la question")
    page = holder.go("/mon-espace")
    page.get_by_role("link", name="Répondre à une question d’un financeur").first.click()
    page.fill("[name=text]", "Trente par an.")
    press(holder, "Envoyer la réponse")
    assert "Trente par an." in lead.go(file).inner_text("main")
    holder.go(file)
    press(holder, "Préparer une nouvelle version")
    page = holder.go(f"{file}/parties/projet")
    page.fill("[name=evaluation]", "Emplois trouvés par trente stagiaires.")
    press(holder, "Enregistrer")
    page = holder.go(f"{file}/deposer")
    page.fill("[name=reason]", "Le nombre de stagiaires.")
    press(holder, "Déposer cette version")
    page = lead.go(f"{file}/versions/2/differences")
    assert page.locator("ins").count() >= 1
    assert "trente stagiaires" in page.inner_text("main")
    for person in (holder, lead, other):
        person.check()
