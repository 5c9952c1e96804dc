"""The whole story of « ready to scale »: the Moyembrie farm's card goes from « consolidez » to
« fin prêt », with the schemes that help and that helped, a chosen place between control and autonomy, and a kit
that a stranger opens.

Who plays: Maxime, the programme manager, asks Camille to write the card with its holder; Camille
diagnoses, plans and shares; a stranger, who reads English on a telephone, takes the kit away.
"""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD

pytestmark = pytest.mark.browser

CARD = "/initiatives/ferme-d-insertion-de-moyembrie"
SCHEME = "Dispositif local d’accompagnement (DLA)"
QUESTIONS = 6
LACKING = {5: "Aucun partenaire approché hors de l’Aisne (essai).", 6: "Personne encore (essai)."}


def press(person: Any, name: str) -> None:
    person.page.locator("main").get_by_role("button", name=name, exact=True).click()
    person.page.wait_for_load_state()


def words(person: Any) -> str:
    return str(person.page.locator("main").inner_text())


def diagnose(person: Any, *, lacking: dict[int, str]) -> None:
    """The six questions in order, one a page: no to those named, yes to the others, said why."""
    person.go(f"{CARD}/diagnostic")
    press(person, "Commencer un diagnostic")
    for number in range(1, QUESTIONS + 1):
        assert f"Question {number} sur {QUESTIONS}" in words(person)
        page = person.page
        page.locator("main label", has_text="Non" if number in lacking else "Oui").first.click()
        page.fill("[name=reason]", lacking.get(number, "Vérifié avec l’équipe (essai)."))
        if number in {1, 5}:
            person.check()
        page.locator("main form:has([type=radio]) button[type=submit]").first.click()
        page.wait_for_load_state()
    person.check()
    press(person, "Conclure")


def test_the_farm_goes_from_consolidating_to_ready(
    visit: Callable[..., Any], tmp_path: Path
) -> None:
    # The manager asks someone of the field to write the card with its holder.
    manager = visit()
    manager.sign_in("animateur@essaim.example", PASSWORD)
    page = manager.go(f"{CARD}/coediteurs")
    page.fill("[name=email]", "porteur@essaim.example")
    press(manager, "Inviter")
    manager.check()
    holder = visit()
    holder.sign_in("porteur@essaim.example", PASSWORD)
    holder.go(f"{CARD}/coedition")
    press(holder, "Accepter")

    # « Consolidez » : what is missing, what to do, who helps with exactly that.
    diagnose(holder, lacking=LACKING)
    assert "2 points à consolider" in words(holder)
    point = holder.page.locator("#adopters")
    assert "Que faire" in point.inner_text() and "Qui peut aider sur ce point" in point.inner_text()
    assert point.get_by_role("link", name="Contacter", exact=False).count() > 0
    holder.check()
    result = holder.page.url
    point.get_by_role("link", name="Chercher dans l’annuaire", exact=False).click()
    holder.page.wait_for_load_state()
    assert "point=adopters" in holder.page.url and "dispositifs" in words(holder)
    # It stays between the team and the managers.
    stranger = visit(width=360, language="en")
    assert stranger.context.request.get(result).status == 404

    # « Fin prêt » : what moved since shows.
    diagnose(holder, lacking={})
    text = words(holder)
    assert "Vous êtes fin prêt" in text and "acquis" in text
    assert holder.page.locator("#adopters").get_by_text("acquis depuis").count() == 1
    holder.check()

    # A model, and a place between control and autonomy.
    page = holder.go(f"{CARD}/strategie")
    page.locator("main label", has_text="Augmenter le nombre de territoires").click()
    press(holder, "Voir les modèles qui y répondent")
    page.locator("main label", has_text="Duplication ou déploiement").click()
    page.locator("label[for=id_purity_3]").click()
    page.locator("label[for=id_control_2]").click()
    page.locator("main label", has_text="Essaimage souple").click()
    page.fill("[name=reasons]", "Le cadre se garde, la production dépend des terres (essai).")
    page.locator("main form:has([name=reasons]) button[type=submit]").first.click()
    page.wait_for_load_state()
    press(holder, "Choisir cette stratégie")
    assert "essaimage souple" in words(holder).lower()
    holder.check()

    # The scheme that helped it, which the team names and everyone reads.
    page = holder.go(CARD)
    page.get_by_role("link", name="Dire quels dispositifs l’ont aidée").click()
    page.wait_for_load_state()
    holder.check()
    holder.expected_statuses.add(422)
    page.fill("[name=scheme]", "Le fonds que personne ne connaît")
    page.fill("[name=year]", "2019")
    press(holder, "Ajouter")
    assert "Aucun dispositif de l’annuaire n’a ce titre" in words(holder)
    assert page.input_value("[name=year]") == "2019"
    holder.check()
    page.fill("[name=scheme]", SCHEME)
    press(holder, "Ajouter")
    assert f"{SCHEME} depuis 2019" in words(holder)
    holder.check()
    english = visit(width=360, language="en")
    english.sign_in("porteur@essaim.example", PASSWORD)
    page = english.go(f"{CARD}/dispositifs")
    assert "since 2019" in words(english)
    english.check()
    page.get_by_role("button", name="Remove", exact=False).first.click()
    page.wait_for_load_state()
    assert "None is named yet." in words(english)
    page.fill("[name=scheme]", SCHEME)
    press(english, "Add")
    english.check()
    stranger.go(CARD)
    panel = stranger.page.locator("section[aria-labelledby=dispositifs-recus]")
    assert SCHEME in panel.inner_text() and panel.get_by_role("link", name="Say which").count() == 0
    panel.get_by_role("link", name=SCHEME).click()
    stranger.page.wait_for_load_state()
    assert SCHEME in stranger.page.inner_text("h1")

    # A kit …
    title = f"Accueillir un salarié {uuid.uuid4().hex[:6]}"
    file = tmp_path / "methode.md"
    file.write_text(f"# {title}\n\n1. Visiter ensemble.\n")
    page = holder.go(f"{CARD}/kit/ajouter")
    page.set_input_files("[name=file]", file)
    page.select_option("[name=kind]", "method")
    page.fill("[name=title]", title)
    page.select_option("[name=licence]", "etalab-2.0")
    press(holder, "Déposer")
    page.wait_for_url("**/kit")

    # … that a stranger finds from the catalogue, opens and uses, in English, on a telephone.
    page = stranger.go("/catalogue")
    stranger.check()
    page.locator("main a[href='/initiatives/ferme-d-insertion-de-moyembrie']").first.click()
    page.wait_for_load_state()
    assert page.locator("main").get_by_text("ready to scale", exact=False).count() > 0
    stranger.check()
    page = stranger.go(f"{CARD}/strategie")
    stranger.check()
    page = stranger.go(f"{CARD}/kit")
    assert title in words(stranger)
    stranger.check()
    page.locator("main form button").first.click()
    page.wait_for_url("**/kit/archive")
    page.locator("main a[href*='kit'][href$='zip'], main a.fr-btn").first.wait_for(timeout=60_000)
    with page.expect_download() as taken:
        page.locator("main a[href$='archive/fichier'], main a.fr-btn").first.click()
    folder = tmp_path / "kit"
    with zipfile.ZipFile(taken.value.path()) as archive:
        archive.extractall(folder)
    offline = stranger.context.new_page()
    offline.goto(f"file://{folder}/index.html")
    assert title in offline.inner_text("main")
    offline.locator("main a[href='fiche.html']").first.click()
    assert "Moyembrie" in offline.inner_text("h1")
    offline.close()
