"""The innovator's path in a real browser: the demonstration's people, and a whole story."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

OFFICER = "charge@essaim.example"
GENDARME = "gendarme@essaim.example"
MANAGER = "animateur@essaim.example"


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_of_the_path(visit: Callable[..., Any], width: int) -> None:
    found = walk(visit(width=width), ["/parcours", "/innovateurs/noa-gendarme-fictif"])
    gendarme = visit(width=width)
    gendarme.sign_in(GENDARME, PASSWORD)
    found += walk(
        gendarme,
        [
            *("/parcours/nouveau", "/parcours/mes-dossiers", "/parcours/1", "/parcours/1/fin"),
            *("/parcours/1/jalons", "/parcours/statut", "/parcours/statut/termes"),
            *("/parcours/statut/declaration", "/parcours/statut/visibilite"),
        ],
    )
    officer = visit(width=width)
    officer.sign_in(OFFICER, PASSWORD)
    found += walk(
        officer,
        [
            *("/gestion/parcours", "/parcours/1", "/parcours/2", "/parcours/2/hierarchie"),
            *("/parcours/1/propriete", "/parcours/1/gains", "/parcours/1/budget/ligne"),
        ],
    )
    manager = visit(width=width)
    manager.sign_in(MANAGER, PASSWORD)
    found += walk(
        manager,
        [
            *("/gestion/parcours", "/parcours/1", "/gestion/parcours/charges"),
            *("/gestion/parcours/prix", "/gestion/parcours/1/charge"),
        ],
    )
    assert found == []


def press(person: Any, name: str) -> None:
    person.page.get_by_role("button", name=name, exact=True).click()
    person.page.wait_for_load_state()


@pytest.mark.parametrize("javascript", [True, False])
def test_an_idea_then_an_opinion_by_link_then_the_right_to_error(
    visit: Callable[..., Any], server: Any, javascript: bool
) -> None:
    title = f"Lampe de veille {'avec' if javascript else 'sans'} script"
    boss = f"direction-{javascript}@essaim.example".lower()
    gendarme, officer = visit(javascript=javascript), visit(javascript=javascript)
    gendarme.sign_in(GENDARME, PASSWORD)
    page = gendarme.go("/parcours/nouveau")
    page.fill("[name=title]", title)
    page.fill("[name=summary]", "Elle s’allume au passage.")
    page.locator("label[for=id_undertakes_to_report]").click(position={"x": 5, "y": 5})
    press(gendarme, "Déposer")
    address = re.sub(r"^https?://[^/]+", "", page.url)
    page = gendarme.go(f"{address}/compte-rendu")
    page.fill("[name=to]", "mon commandant")
    press(gendarme, "Enregistrer")

    officer.sign_in(OFFICER, PASSWORD)
    officer.go(address)
    press(officer, "Prendre ce dossier en charge")
    officer.go(f"{address}/entretien")
    press(officer, "Enregistrer")
    page = officer.go(f"{address}/ouverture")
    for name in ("relevant", "determined"):
        page.locator(f"label[for=id_{name}_0]").click()
        page.fill(f"[name={name}_why]", "Vu ensemble.")
    press(officer, "Ouvrir le dossier")
    page = officer.go(f"{address}/hierarchie")
    page.locator("label[for=id_level_1]").click()
    for name, value in {"name": "Alix Roux", "function": "chef de service", "email": boss}.items():
        page.fill(f"[name={name}]", value)
    press(officer, "Envoyer la demande")
    assert "attendu pour le" in page.inner_text("main").lower()

    chief = visit(javascript=javascript)
    link = re.search(r"/parcours/avis/lien/[\w-]+", plain(server.mails(boss)[-1]))
    assert link
    page = chief.go(link.group())
    assert title not in page.content()
    press(chief, "Recevoir le code")
    said = " ".join(plain(each) for each in server.mails(boss))  # of the same second, any order
    code = re.search(r"\b\d{6}\b", said)
    assert code
    page.fill("[name=code]", code.group())
    press(chief, "Continuer")
    assert title in page.inner_text("main")
    page.locator("label[for=id_answer_0]").click()
    press(chief, "Donner cet avis")
    assert "enregistré" in page.inner_text("main")

    officer.go(f"{address}/soutien")
    press(officer, "Soutenir ce projet")

    page = gendarme.go(f"{address}/fin")
    page.fill("[name=reason]", "Muté")
    page.locator("label[for=id_sure]").click()
    press(gendarme, "Mettre fin au dossier")
    assert "Muté" in page.inner_text("main")
    if javascript:
        for person in (gendarme, officer, chief):
            person.check()

    manager = visit(javascript=javascript)
    manager.sign_in(MANAGER, PASSWORD)
    page = manager.go(address)
    assert "terminé" in page.inner_text("main") and "Muté" not in page.content()


def plain(raw: str) -> str:
    """The text of a message, its transfer encoding undone."""
    message = email.message_from_bytes(raw.strip().encode(), policy=email.policy.default)
    return str(message.get_content())
