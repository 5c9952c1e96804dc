"""A manager adds a partner's bank, tries it, runs it, and decides of a duplicate; in French and in
English, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.common.servers import Server, send

pytestmark = pytest.mark.browser

TABLE = (
    "Ref;Nom;Texte;Structure\n"
    "1;Conciergerie {word} de gare;Un guichet unique pour les habitants de la vallée.;Association {word}\n"
    "2;Conciergerie {word} de gare;Un guichet unique pour les habitants de la vallée.;Association {word}\n"
    "3;;Sans titre;\n"
)


@pytest.fixture
def partner() -> Iterator[Server]:
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without javascript"])
def test_a_partner_bank_from_the_form_to_a_merge(
    visit: Callable[..., Any], partner: Server, javascript: bool
) -> None:
    word = "rurale" if javascript else "urbaine"
    body = TABLE.replace("{word}", word).encode()
    partner.routes["/fiches.csv"] = lambda handler: send(handler, 200, body)
    manager = visit(javascript=javascript)
    manager.sign_in("animateur@essaim.example", PASSWORD)
    page = manager.go("/moissonnage")
    if javascript:
        manager.check()
    page.get_by_role("link", name="Ajouter une source").click()
    page.get_by_label("Nom de la source").fill(f"Banque {word}")
    page.select_option("[name=kind]", "table")
    page.fill("[name=url]", partner.url("/fiches.csv"))
    page.fill("[name=licence]", "Licence Ouverte 2.0")
    page.get_by_label("sont publiées").check(force=True)
    page.get_by_label("toutes ses fiches").check(force=True)
    for field, name in (
        ("external_id", "Ref"), ("title", "Nom"), ("summary", "Texte"), ("description", "Texte"),
        ("holder_name", "Structure"),
    ):  # fmt: skip
        page.fill(f"[name=map_{field}]", name)
    if javascript:
        manager.check()
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_load_state()
    if javascript:
        manager.check()
    page.get_by_role("button", name="Essayer sur dix fiches").click()
    wait_for(manager, "Rien n’est écrit")
    assert "à créer" in page.locator("main").inner_text()
    if javascript:
        manager.check()
    page.get_by_role("link", name="Revenir à la source").click()
    page.get_by_role("button", name="Lancer un passage").click()
    wait_for(manager, "Ce que le passage a fait")
    report = page.locator("main").inner_text()
    assert "obligatoire" in report
    found = visit(javascript=javascript).go(f"/initiatives/conciergerie-{word}-de-gare")
    assert f"Banque {word}" in found.locator("main").inner_text()

    for _try in range(60):
        page = manager.go("/moissonnage/doublons")
        pair = page.get_by_role("link", name=f"Conciergerie {word} de gare")
        if pair.count():
            break
        page.wait_for_timeout(500)
    pair.first.click()
    page.wait_for_load_state()
    if javascript:
        manager.check()
    page.get_by_label("garder la fiche 1").check(force=True)
    page.get_by_role("button", name="Décider").click()
    page.wait_for_load_state()
    assert "réunies" in page.locator("body").inner_text()
    old = visit(javascript=javascript).go(f"/initiatives/conciergerie-{word}-de-gare-2")
    assert old.url.endswith(f"/initiatives/conciergerie-{word}-de-gare")

    if javascript:
        reader = visit(language="en")
        reader.sign_in("animateur@essaim.example", PASSWORD)
        for address in ("/moissonnage", "/moissonnage/nouvelle", "/moissonnage/doublons"):
            page = reader.go(address)
            reader.check()
        assert "duplicates" in page.locator("h1").inner_text()


def wait_for(person: Any, text: str) -> None:
    """The worker does its job; a reader without JavaScript reloads the page."""
    for _ in range(120):
        if text in person.page.locator("main").inner_text():
            return
        person.page.wait_for_timeout(500)
        person.page.reload()
    raise AssertionError(person.page.locator("main").inner_text())
