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


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_source_changes_then_breaks_on_a_telephone(
    visit: Callable[..., Any], partner: Server, language: str
) -> None:
    """Scheduled, read otherwise, tried again, broken twice: each page says what comes next, at 360
    pixels, in both languages."""
    french = language == "fr"
    rows = [
        f"{n};Repas de quartier numéro {n} ({language});On cuisine et on mange ensemble, rue {n}.;"
        for n in range(14)
    ]
    gives(partner, rows)
    manager = visit(width=360, language=language)
    manager.sign_in("animateur@essaim.example", PASSWORD)
    page = manager.go("/moissonnage/nouvelle")
    page.fill("[name=name]", f"Banque des repas ({language})")
    page.select_option("[name=kind]", "table")
    page.fill("[name=url]", partner.url("/fiches.csv"))
    page.fill("[name=licence]", "Licence Ouverte 2.0")
    page.check("[name=completeness][value=whole]", force=True)
    for field, name in (("external_id", "Ref"), ("title", "Nom"), ("summary", "Texte")):
        page.fill(f"[name=map_{field}]", name)
    manager.check()
    press(manager, "Enregistrer" if french else "Save")
    source = page.url
    manager.check()
    press(manager, "Essayer sur dix fiches" if french else "Try on ten cards")
    wait_for(manager, "Rien n’est écrit" if french else "Nothing is written")
    manager.check()
    # The trial itself offers what comes next.
    press(manager, "Programmer chaque nuit" if french else "Schedule each night")
    press(manager, "Lancer un passage" if french else "Run now")
    wait_for(manager, "Ce que le passage a fait" if french else "What the run did")
    manager.check()
    manager.go(source.removeprefix(manager.server.url) + "/fiches")
    manager.check()

    # Read otherwise, it is tried again before its next night.
    page = manager.go(source.removeprefix(manager.server.url) + "/modifier")
    page.fill("[name=map_description]", "Texte")
    manager.check()
    press(manager, "Enregistrer" if french else "Save")
    asked = "À essayer avant son prochain passage" if french else "To be tried before its next run"
    assert asked in page.locator("main").inner_text()
    manager.check()
    gives(partner, rows[:12])
    press(manager, "Essayer sur dix fiches" if french else "Try on ten cards")
    wait_for(manager, "Rien n’est écrit" if french else "Nothing is written")
    assert "numéro 13" in page.locator("main").inner_text()
    manager.check()

    # Broken twice, it warns who follows it.
    partner.routes["/fiches.csv"] = lambda handler: send(handler, 500)
    for _night in range(2):
        page = manager.go(source.removeprefix(manager.server.url))
        press(manager, "Lancer un passage" if french else "Run now")
        wait_for(manager, "s’est interrompu" if french else "stopped")
        manager.check()
    page = manager.go("/mon-espace/notifications")
    assert f"Banque des repas ({language})" in page.locator("main").inner_text()
    page = manager.go(source.removeprefix(manager.server.url))
    assert "500" in page.locator("main").inner_text()
    manager.check()


def gives(partner: Server, rows: list[str]) -> None:
    body = "\n".join(["Ref;Nom;Texte;Structure", *rows]).encode()
    partner.routes["/fiches.csv"] = lambda handler: send(handler, 200, body)


def press(person: Any, name: str) -> None:
    person.page.get_by_role("button", name=name).first.click()
    person.page.wait_for_load_state()


def wait_for(person: Any, text: str) -> None:
    """The worker does its job; a reader without JavaScript reloads the page."""
    for _ in range(120):
        if text in person.page.locator("main").inner_text():
            return
        person.page.wait_for_timeout(500)
        person.page.reload()
    raise AssertionError(person.page.locator("main").inner_text())
