"""A team shares a kit that a stranger opens and reads offline; two people sort the core."""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD

pytestmark = pytest.mark.browser

CARD = "/initiatives/plateforme-precarite-energetique-du-ccas-de-grenoble"


def press(person: Any, name: str) -> None:
    """The button of that name in the page's main part."""
    person.page.locator("main").get_by_role("button", name=name, exact=True).click()
    person.page.wait_for_load_state()


def test_a_stranger_opens_the_kit(visit: Callable[..., Any], tmp_path: Path) -> None:
    holder = visit(width=360)
    holder.sign_in("porteur@essaim.example", PASSWORD)
    holder.go(f"{CARD}/kit/ajouter")
    holder.check()
    file = tmp_path / "affiche.md"
    title = f"Texte d’affiche {uuid.uuid4().hex[:6]}"
    file.write_text(f"# Venez\n{title}\n")
    page = holder.page
    page.set_input_files("[name=file]", file)
    page.select_option("[name=kind]", "communication")
    page.fill("[name=title]", title)
    page.select_option("[name=licence]", "etalab-2.0")
    press(holder, "Déposer")
    page.wait_for_url("**/kit")
    holder.check()

    reader = visit()
    page = reader.go(f"{CARD}/kit")
    assert title in page.locator("main").inner_text()
    reader.check()
    page.locator("main form button").first.click()
    page.wait_for_url("**/kit/archive")
    page.get_by_role("link", name="Télécharger le kit").wait_for(timeout=60_000)
    reader.check()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Télécharger le kit").click()
    folder = tmp_path / "kit"
    with zipfile.ZipFile(taken.value.path()) as archive:
        archive.extractall(folder)
    # Read from the disk, without network.
    offline = reader.context.new_page()
    offline.goto(f"file://{folder}/index.html")
    assert title in offline.inner_text("main")
    offline.get_by_role("link", name="La fiche de l’initiative").click()
    assert "Cœur et marge" in offline.inner_text("main")
    offline.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without javascript"])
def test_two_people_sort_and_the_card_says_it(visit: Callable[..., Any], javascript: bool) -> None:
    holder = visit(javascript=javascript)
    holder.sign_in("porteur@essaim.example", PASSWORD)
    page = holder.go(f"{CARD}/modele")
    page.get_by_role("link", name="Ouvrir un atelier").click()
    page.wait_for_url("**/atelier/ouvrir")
    page.select_option("[name=facilitator]", label="Maxime Responsable (fictif)")
    page.select_option("[name=participant]", label="Camille Porteur (fictif)")
    press(holder, "Ouvrir l’atelier")
    page.wait_for_url("**/atelier")
    if javascript:
        holder.check()
        # By moving, the whole board in view …
        page.set_viewport_size({"width": 1280, "height": 3000})
        item = page.locator("[data-component]").first
        name = item.locator("strong").inner_text()
        item.drag_to(page.locator("[data-column=core]"))
        page.wait_for_url("**moved=**")
        assert name in page.locator("[data-column=core]").inner_text()
        # … and by the keyboard alone.
        button = page.locator("[data-column=core] button[value=margin]").first
        button.focus()
        page.keyboard.press("Enter")
        page.wait_for_function(
            "name => document.querySelector('[data-column=margin]').innerText.includes(name)",
            arg=name,
        )
    else:
        page.locator("[data-column=unsure] button[value=margin]").first.click()
        page.wait_for_url("**moved=**")

    other = visit(javascript=javascript, width=360)
    other.sign_in("responsable@essaim.example", PASSWORD)
    page = other.go(f"{CARD}/modele/atelier")
    page.get_by_role("link", name="Me laisser guider par des questions").click()
    page.wait_for_url("**/entretien/*")
    if javascript:
        other.check()
    page.locator("label", has_text="non, ce ne serait plus la même initiative").click()
    press(other, "Répondre, puis la suivante")
    page = other.go(f"{CARD}/modele/atelier/desaccords")
    assert "1 composante divise" in page.locator("main").inner_text()
    if javascript:
        other.check()
    page.get_by_role("link", name="Adopter un tri pour la fiche").click()
    page.wait_for_url("**/adopter")
    if javascript:
        other.check()
    press(other, "Adopter et l’écrire sur la fiche")
    page.wait_for_url("**/modele")
    assert "Le tri est adopté" in page.locator("main").inner_text()
    if javascript:
        other.check()


def test_the_economic_page_catalogue_and_guide(visit: Callable[..., Any]) -> None:
    for width in (1280, 360):
        reader = visit(width=width)
        for address in (
            "/initiatives/ferme-d-insertion-de-moyembrie/modele/economie",
            "/catalogue?standard=proven",
            "/guide",
            "/guide/controle-autonomie",
        ):
            reader.go(address)
            reader.check()
