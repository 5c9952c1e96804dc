"""Writing a card, losing nothing, and publishing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without javascript"])
def test_from_a_blank_page_to_a_published_card(visit: Callable[..., Any], javascript: bool) -> None:
    title = f"Conciergerie de village {'avec' if javascript else 'sans'} script"
    author = visit(javascript=javascript)
    author.sign_in("membre@essaim.example", PASSWORD)
    page = author.go("/initiatives/nouvelle")
    page.fill("[name=title]", title)
    page.fill("[name=summary]", "Un lieu tenu par les habitants rend les services disparus du bourg.")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    assert "/modifier" in page.url
    if javascript:
        author.check()
    address = page.url.split("/modifier")[0].removeprefix(author.server.url)

    author.go(f"{address}/modifier")
    page.locator("form[action$='/soumettre'] button").first.click()
    page.wait_for_load_state()

    manager = visit(javascript=javascript)
    manager.sign_in("animateur@essaim.example", PASSWORD)
    reviewed = manager.go("/gestion/fiches")
    assert title in reviewed.locator("main").inner_text()
    manager.go(address)
    reviewed.locator("form[action$='/publier'] button").first.click()
    reviewed.wait_for_load_state()

    reader = visit(javascript=javascript)
    found = reader.go(f"/initiatives?q={title.split()[0]}")
    assert title in found.locator("main").inner_text()
