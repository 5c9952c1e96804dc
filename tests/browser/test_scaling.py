"""Ready to scale: a visitor runs the six questions; a holder diagnoses, plans and finds help."""

from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD

CARD = "/initiatives/plateforme-precarite-energetique-du-ccas-de-grenoble"


def _send(page: Any) -> None:
    page.locator("main form:has([type=radio]) button[type=submit]").first.click()
    page.wait_for_load_state()


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_a_visitor_learns_what_to_consolidate_and_who_helps(
    visit: Callable[..., Any], javascript: bool
) -> None:
    person = visit(width=360, javascript=javascript)
    page = person.go("/")
    page.locator("main a", has_text="Suis-je prêt").click()
    page.wait_for_load_state()
    _send(page)
    for number in range(6):
        assert f"Question {number + 1} sur 6" in page.locator("main").inner_text()
        if javascript and number == 0:
            person.check()
        page.locator("main label", has_text="Non" if number == 1 else "Oui").first.click()
        _send(page)
    text = page.locator("main").inner_text()
    assert "1 point à consolider" in text
    assert "Dispositif local d’accompagnement" in text
    if javascript:
        person.check()


@pytest.mark.browser
def test_a_holder_diagnoses_and_chooses_a_strategy(visit: Callable[..., Any]) -> None:
    person = visit()
    person.sign_in("porteur@essaim.example", PASSWORD)
    page = person.go(f"{CARD}/diagnostic")
    page.locator("main button", has_text="Commencer un diagnostic").click()
    page.wait_for_load_state()
    person.check()
    for _number in range(6):
        page.locator("main label", has_text="Non").first.click()
        page.fill("[name=reason]", "Pas encore (essai).")
        _send(page)
    page.locator("main button", has_text="Conclure").click()
    page.wait_for_load_state()
    assert "6 points à consolider" in page.locator("main").inner_text()
    person.check()

    page = person.go(f"{CARD}/strategie")
    person.check()
    page.locator("main label", has_text="Augmenter le nombre de territoires").click()
    page.locator("main button", has_text="Voir les modèles").click()
    page.wait_for_load_state()
    person.check()
    page.locator("main label", has_text="Duplication ou déploiement").click()
    page.locator("label[for=id_purity_3]").click()
    page.locator("label[for=id_control_3]").click()
    page.locator("main label", has_text="Essaimage en franchise").click()
    page.fill("[name=reasons]", "Une qualité régulière (essai).")
    _send(page)
    page.locator("main button", has_text="Choisir cette stratégie").click()
    page.wait_for_load_state()
    assert "choisie".upper() in page.locator("main").inner_text().upper()
    person.check()

    page = person.go(f"{CARD}/profil/repondre")
    page.select_option("[name=core]", "5")
    page.locator("main button", has_text="Enregistrer").click()
    page.wait_for_load_state()
    assert "On ne sait pas ce qui produit l’effet" in page.locator("main").inner_text()
    person.check()


@pytest.mark.browser
def test_the_directory_is_filtered_seen_as_maps_and_kept(visit: Callable[..., Any]) -> None:
    person = visit(width=360)
    page = person.go("/dispositifs?q=innovation sociale")
    person.check()
    page.locator("main a", has_text="Programme P’INS").first.click()
    page.wait_for_load_state()
    person.check()
    person.go("/dispositifs/carte")
    person.check()

    manager = visit()
    manager.sign_in("animateur@essaim.example", PASSWORD)
    page = manager.go("/dispositifs/nouveau")
    manager.check()
    page.fill("[name=title]", "Fonds d’essai (fictif)")
    page.locator("main form:has([name=title]) button[type=submit]").click()
    page.wait_for_load_state()
    page.locator("main a", has_text="Annoncer une période").click()
    page.wait_for_load_state()
    page.fill("[name=closes_on]", "2031-12-31")
    page.locator("main button", has_text="Annoncer").click()
    page.wait_for_load_state()
    assert "jusqu’au 31 décembre 2031" in page.locator("main").inner_text()
    manager.check()
