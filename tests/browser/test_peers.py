"""A reading by peers in a real browser: the demonstration's pages, then a whole story."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser


def person(visit: Callable[..., Any], name: str, **how: Any) -> Any:
    found = visit(**how)
    found.sign_in(f"{name}@essaim.example", PASSWORD)
    return found


def first_link(visit: Any, page: str, pattern: str) -> str:
    links = visit.go(page).locator("main a").evaluate_all("all => all.map(a => a.pathname)")
    return next(str(link) for link in links if re.search(pattern, link))


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_of_the_demonstration(visit: Callable[..., Any], width: int) -> None:
    first, second = "/gestion/lectures/1", "/gestion/lectures/2"
    found = walk(
        person(visit, "animateur", width=width),
        [
            *("/gestion/lectures", "/gestion/lectures/nouvelle", second, f"{second}/reglages"),
            *(f"{second}/colleges/innovators", f"{second}/objets/2", f"{second}/pairs"),
            *(f"{second}/pairs/4", f"{second}/affectation/2", f"{second}/suivi"),
            *(f"{second}/suivi/ajout", f"{first}/resultats", f"{first}/resultats/1"),
            f"{first}/resultats/1/retour",
        ],
    )
    reader = person(visit, "repreneur", width=width)
    own = first_link(reader, "/lectures", r"/lectures/\d+$")
    found += walk(reader, ["/lectures", "/lectures/profil", own])
    reader = person(visit, "reseau", width=width)
    read = first_link(reader, "/lectures", r"/lectures/\d+$")
    found += walk(reader, [read])
    found += walk(person(visit, "porteur", width=width), ["/lectures/retours/1"])
    assert found == []


def press(visit: Any, name: str) -> None:
    visit.page.get_by_role("button", name=name, exact=True).first.click()
    visit.page.wait_for_load_state()


def test_from_the_card_to_the_card(visit: Callable[..., Any]) -> None:
    """A manager sets up, invites, assigns; readers read with the keyboard; the holder's side is
    given its time; the manager concludes; the card shows it."""
    manager = person(visit, "animateur")
    page = manager.go("/initiatives?q=enerterre")
    page.locator("main").get_by_role("link", name=re.compile("Enerterre")).first.click()
    card = page.url
    page.get_by_role("link", name="Faire lire par des pairs").click()
    press(manager, "Préparer")
    base = page.url
    page.get_by_role("link", name="Régler les échéances").click()
    now = dt.datetime.now()
    for name, days in (("answer_by", 5), ("read_by", 20), ("discuss_by", 30)):
        page.fill(f"#id_{name}", f"{now + dt.timedelta(days=days):%Y-%m-%dT%H:%M}")
    page.fill("#id_reply_days", "0")
    press(manager, "Enregistrer")
    for kind in ("innovators", "users"):
        page.goto(f"{base}/colleges/{kind}")
        for name in ("per_item", "size"):
            page.fill(f"#id_{name}", "1")
        press(manager, "Enregistrer")
    press(manager, "Ouvrir les invitations")
    readers = {"innovators": "reseau", "users": "membre"}
    names = {"reseau": "Alex Réseau", "membre": "Dominique Membre"}
    for kind, who in readers.items():
        page.goto(f"{base}/pairs/inviter")
        page.get_by_label(re.compile(names[who])).check(force=True)
        page.select_option("#college", kind)
        press(manager, "Inviter les personnes cochées")
    manager.check()
    visits = {who: person(visit, who) for who in readers.values()}
    for each in visits.values():
        each.go("/lectures")
        each.page.locator("section[aria-labelledby=invitations] a").first.click()
        each.page.get_by_label(re.compile("pas d’intérêt")).check(force=True)
        each.check()
        press(each, "Accepter")
    page.goto(base)
    press(manager, "Clore les invitations et affecter")
    press(manager, "Calculer une proposition")
    page.get_by_role("heading", name="Qui lirait quoi, et pourquoi").wait_for(
        timeout=60_000  # a job computes it
    )
    manager.check()
    press(manager, "Confirmer et prévenir les lecteurs")
    for each in visits.values():
        read_with_the_keyboard(each)
    page.goto(base)
    press(manager, "Ouvrir la discussion")
    page.get_by_role("link", name="Écrire le retour et conclure").click()
    page.fill("#id_feedback", "Les deux lecteurs voient un besoin clair (fictif).")
    press(manager, "Enregistrer le retour")
    press(manager, "Envoyer au porteur")
    page.get_by_role("link", name="Conclure", exact=True).click()
    page.select_option("#id_level", "2")
    page.fill("#id_statement", "Un besoin établi, et une utilité reconnue (fictif).")
    page.fill("#id_reasons", "Deux lectures concordantes (fictif).")
    manager.check()
    press(manager, "Conclure et publier")
    reader = visit()
    reader.go(card.replace(reader.server.url, ""))
    reader.page.get_by_text("Source de preuve : les pairs.").wait_for()
    assert "Un besoin établi, et une utilité reconnue" in reader.page.content()
    reader.check()


def read_with_the_keyboard(visit: Any) -> None:
    """Levels by the arrows, words by typing, the draft saves itself, the button by Enter."""
    visit.go("/mon-espace")
    page = visit.page
    page.get_by_role(
        "link", name=re.compile("Lire et rendre votre lecture.*Enerterre", re.S)
    ).click()
    page.wait_for_load_state()
    page.locator("input[type=radio]").first.focus()
    groups = page.locator("fieldset:has(input[type=radio])").count()
    levels_by_digits(page)
    for _n in range(groups):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")  # to why
        page.keyboard.type("Vu.")
        page.keyboard.press("Tab")  # to the next criterion, or to the words for the holder
    page.keyboard.type("Clair, et utile chez nous (fictif).")
    page.get_by_text(re.compile("Enregistré à")).wait_for()
    visit.check()
    page.get_by_role("button", name="Rendre ma lecture").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Rendue le").wait_for()


def levels_by_digits(page: Any) -> None:
    """Of the criterion where one stands: as typed, and by the keys that bear the digits on a French
    keyboard, which write « é » or « & » without Shift. F3 chooses nothing."""
    first = page.locator("main .peers-criterion").first
    chosen = first.locator("input[type=radio]:checked")

    def send(key: str, code: str) -> None:
        first.locator("input[type=radio]").first.dispatch_event(
            "keydown", {"key": key, "code": code, "bubbles": True}
        )

    send("F3", "F3")
    assert chosen.count() == 0
    for key, code, level in (("é", "Digit2", "2"), ("3", "Numpad3", "3"), ("1", "Digit1", "1")):
        send(key, code)
        assert chosen.get_attribute("value") == level
