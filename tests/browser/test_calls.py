"""Setting up a call in a real browser: its pages, then a call from nothing to its announcement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

OFFICER, MANAGER = "appels@essaim.example", "animateur@essaim.example"
PRIZE = "/appels/prix-impulsion-des-equipes-qui-essaient-fictif"
SPREAD = "/appels/ami-dessaimage-reprendre-trois-initiatives-eprouvees-fictif"
TABS = [
    *("texte", "candidats", "calendrier", "contact", "formulaire", "criteres", "recevabilite"),
    *("documents", "equipe", "formulaire/idee", "formulaire/idee/questions"),
]


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_every_page_of_setting_up(visit: Callable[..., Any], width: int, language: str) -> None:
    visitor = visit(width=width, language=language)
    found = walk(visitor, ["/appels", "/appels?q=zzz", SPREAD, f"{SPREAD}/versions/1", PRIZE])
    officer = visit(width=width, language=language)
    officer.sign_in(OFFICER, PASSWORD)
    found += walk(officer, [PRIZE, f"{PRIZE}/apercu", f"{SPREAD}/clore"])
    found += walk(officer, [f"{PRIZE}/preparation/{tab}" for tab in TABS])
    assert found == []


def test_from_nothing_to_an_announcement(visit: Callable[..., Any]) -> None:
    manager = visit()
    manager.sign_in(MANAGER, PASSWORD)
    page = manager.go("/appels/nouveau")
    page.get_by_label("Titre de l’appel").fill("Prix des équipes du dimanche (fictif)")
    page.get_by_label("prix", exact=True).check(force=True)
    page.get_by_label("Organisé par").fill("Agence des initiatives reprises (fictif)")
    page.get_by_role("button", name="Commencer").click()
    page.wait_for_load_state()
    assert "Avant d’annoncer, il manque" in page.content()
    page.get_by_label("En deux phrases").fill("Ce que l’on essaie le dimanche.")
    page.get_by_label("Texte", exact=True).first.fill("Parce que cela marche.")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_load_state()
    base = page.url.rpartition("/")[0]
    page.goto(f"{base}/calendrier")
    opens = dt.datetime.now() + dt.timedelta(days=3)
    # In 2027 Paris goes from 2 to 3 o'clock on 28 March.
    page.get_by_label("Ouvre le", exact=False).first.fill("2027-03-28T02:30")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_load_state()
    assert "n’existe pas" in page.content()
    for label, day in (("Ouvre le", opens), ("Ferme le", opens + dt.timedelta(days=30))):
        page.get_by_label(label, exact=False).first.fill(day.strftime("%Y-%m-%dT12:00"))
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_load_state()
    page.goto(f"{base}/contact")
    page.get_by_label("Adresse électronique du service").fill("prix@essaim.example")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_load_state()
    assert "Rien ne manque" in page.content()
    page.get_by_role("button", name="Annoncer").click()
    page.wait_for_load_state()
    assert "L’appel est annoncé" in page.content()
    visitor = visit()
    assert "Prix des équipes du dimanche" in visitor.go("/appels").content()
