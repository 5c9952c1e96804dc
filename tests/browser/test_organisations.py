"""Joining an organisation in a real browser: invited by a colleague, from the message on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

HEAD = "responsable@essaim.example"
CCAS = "/organisations/centre-communal-d-action-sociale-de-grenoble"


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_of_organisations(visit: Callable[..., Any], width: int) -> None:
    visitor = visit(width=width)
    visitor.expected_statuses.add(410)
    found = walk(visitor, [CCAS, "/invitations/lien/invente"])
    head = visit(width=width)
    head.sign_in(HEAD, PASSWORD)
    found += walk(
        head,
        [
            *(CCAS, f"{CCAS}/membres", f"{CCAS}/invitations/nouvelle", f"{CCAS}/modifier"),
            *(f"{CCAS}/domaines/nouveau", f"{CCAS}/quitter", f"{CCAS}/rejoindre"),
            "/compte/profil",
        ],
    )
    adopter = visit(width=width)
    adopter.sign_in("repreneur@essaim.example", PASSWORD)
    found += walk(adopter, [f"{CCAS}/rejoindre", "/reseaux/adhesions/2"])
    manager = visit(width=width, language="en")
    manager.sign_in("animateur@essaim.example", PASSWORD)
    found += walk(manager, [CCAS, f"{CCAS}/membres"])
    assert found == []


def press(person: Any, name: str) -> None:
    person.page.get_by_role("button", name=name).click()
    person.page.wait_for_load_state()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_colleague_is_invited_signs_up_and_joins(
    visit: Callable[..., Any], javascript: bool
) -> None:
    email = f"collegue-{'avec' if javascript else 'sans'}@essaim.example"
    name = f"Louison {'Avec' if javascript else 'Sans'} (fictif)"
    head = visit(javascript=javascript)
    head.sign_in(HEAD, PASSWORD)
    page = head.go(f"{CCAS}/membres")
    page.get_by_role("link", name="Inviter une personne").click()
    page.fill("[name=email]", email)
    page.locator("label", has_text="Repreneur").click()
    press(head, "Envoyer l’invitation")
    assert email in page.inner_text("#invitations")

    # The message, as the page of local messages shows it.
    guest = visit(width=360, javascript=javascript)
    page = guest.go("/courriels")
    mail = page.locator("article", has_text=email).first.inner_text()
    link = re.search(r"/invitations/lien/[\w-]+", mail)
    assert link
    page = guest.go(link.group())
    if javascript:
        guest.check()
    page.get_by_role("link", name="Créer un compte").last.click()
    page.fill("[name=name]", name)
    page.fill("[name=email]", email)
    page.fill("[name=password1]", "une phrase de passe longue")
    page.locator("main form:has([name=password1]) button[type=submit]").first.click()
    page.wait_for_load_state()
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", guest.server.mails(email)[-1], re.MULTILINE)
    assert code
    page.fill("[name=code]", code.group(1))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()

    assert "Invitation à rejoindre" in page.inner_text("h1")
    if javascript:
        guest.check()
    press(guest, "Rejoindre l’organisation")
    assert page.url.endswith(CCAS)
    assert f"{name} – membre (repreneur)" in page.inner_text("main")

    page = head.go(f"{CCAS}/membres")
    assert name in page.inner_text("#membres")
    assert email not in page.inner_text("main")
    assert "déjà servi" in visit(javascript=False).go(link.group()).inner_text("main")
