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


LAST = "/appels/prix-impulsion-edition-precedente-fictif"
WAVE = "/appels/appel-permanent-besoins-sans-reponse-fictif"
PROJECTS = "/appels/appel-a-projets-inclusion-pres-de-chez-soi-fictif"


def test_pages_met_once_in_the_life_of_a_call(visit: Callable[..., Any]) -> None:
    """What few people open, each once: the jury's board, a file, a delay, a recusal, a renunciation,
    an answer, a place freed, what failed, who writes too."""

    def arrives(email: str, **how: Any) -> Any:
        person = visit(**how)
        person.sign_in(email, PASSWORD)
        return person

    candidate = arrives("candidat@essaim.example", width=360)
    page = candidate.go("/appels/candidatures")
    links = page.locator("main a[href^='/appels/candidatures/']").evaluate_all(
        "all => all.map(a => [a.innerText, a.pathname])"
    )

    def of(words: str) -> str:
        return str(next(path for text, path in links if words in text))

    draft, won, given = (
        of("Un essai dans notre quartier"), of("Le carnet que"), of("Un maraîchage d’insertion"),
    )  # fmt: skip
    lost = [path for text, path in links if "attend au bureau" in text or "affiche" in text]
    found = walk(
        candidate,
        [
            f"{won}/renoncer", f"{won}/droit-a-l-erreur", f"{draft}/equipe/coediteur",
            f"{draft}/equipe/partenaire", f"{draft}/aide", "/appels/candidatures/invitation/x",
            *(f"{path}/decision" for path in lost),
        ],
    )  # fmt: skip
    page = candidate.go(f"{draft}/aide")
    page.get_by_role("link", name="Demander un animateur").click()
    page.wait_for_load_state()
    assert "nous demandons un animateur" in page.locator("#id_text").input_value()
    page.get_by_role("button", name="Poser la question").click()
    page.wait_for_load_state()
    found += candidate.defects()
    found += walk(arrives("jury@essaim.example"), [f"{WAVE}/decision"])
    officer = arrives(OFFICER)
    page = officer.go(f"{SPREAD}/questions")
    page.get_by_role("link", name="Répondre").first.click()
    page.wait_for_load_state()
    found += officer.defects()
    page = officer.go(f"{PROJECTS}/instruction?state=eligible")
    page.get_by_role("link", name="Exporter cette candidature").click()
    page.get_by_role("button", name="Préparer le fichier").click()
    page.wait_for_load_state()
    assert "/exports/" in page.url
    found += officer.defects()
    number = given.rpartition("/")[2]
    found += walk(
        officer,
        [
            f"{PROJECTS}/instruction/{number}/deport", f"{draft}/prolongation",
            f"{LAST}/decision/attente", f"{PROJECTS}/lecture/passer", f"{PROJECTS}/sans-suite",
            f"{LAST}/resultats", SPREAD,
        ],
    )  # fmt: skip
    found += walk(arrives(MANAGER), ["/appels/besoins-sans-reponse", f"{LAST}/consultations"])
    assert found == []
