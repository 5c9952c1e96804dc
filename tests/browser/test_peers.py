"""A reading by peers in a real browser: the demonstration's pages."""

from __future__ import annotations

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
