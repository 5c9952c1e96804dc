"""Writing a card, losing nothing, and publishing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD

pytestmark = pytest.mark.browser

# What a card must hold before it is submitted, section by section.
ESSENTIAL = {
    "besoin": {"need": "Les services du bourg ont fermé."},
    "dispositif": {"description": "Un comptoir tenu à tour de rôle.", "steps-0-text": "Réunir dix voisins."},
    "preuves": {"what_failed": "Ouvrir tous les jours.", "checked_on": "2015-06"},
}  # fmt: skip


def begin(visit: Any, title: str) -> tuple[Any, str]:
    """A new draft of the demonstration's member; returns its page and its address."""
    visit.sign_in("membre@essaim.example", PASSWORD)
    page = visit.go("/initiatives/nouvelle")
    page.fill("[name=title]", title)
    page.fill(
        "[name=summary]", "Un lieu tenu par les habitants rend les services disparus du bourg."
    )
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/modifier/essentiel")
    return page, page.url.split("/modifier")[0].removeprefix(visit.server.url)


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without javascript"])
def test_from_a_blank_page_to_a_published_card(visit: Callable[..., Any], javascript: bool) -> None:
    title = f"Conciergerie de village {'avec' if javascript else 'sans'} script"
    author = visit(javascript=javascript)
    page, address = begin(author, title)
    for section, fields in ESSENTIAL.items():
        author.go(f"{address}/modifier/{section}")
        for name, value in fields.items():
            page.fill(f"[name='{name}']", value)
        if javascript:
            author.check()
        page.locator("button[name=continue]").click()
        page.wait_for_url(lambda url, section=section: not url.endswith(section))

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
    found = reader.go(f"/initiatives?q={title.split(maxsplit=1)[0]}")
    assert title in found.locator("main").inner_text()


def test_a_row_is_added_without_javascript_and_nothing_typed_is_lost(
    visit: Callable[..., Any],
) -> None:
    author = visit(javascript=False)
    page, address = begin(author, "Atelier sans script")
    author.go(f"{address}/modifier/composantes")
    page.fill("[name=components-0-name]", "La table ouverte")
    page.locator("button[name=add][value=components]").click()
    page.wait_for_load_state()
    assert page.input_value("[name=components-0-name]") == "La table ouverte"
    page.select_option("[name=components-0-kind]", "core")
    page.fill("[name=components-1-name]", "Le jour")
    page.select_option("[name=components-1-kind]", "margin")
    page.locator("button[name=continue]").click()
    page.wait_for_url("**/partenaires")
    text = author.go(address).locator("main").inner_text()
    assert "La table ouverte" in text and "Le jour" in text


def test_a_draft_saves_itself_and_its_rows_are_not_doubled(visit: Callable[..., Any]) -> None:
    author = visit()
    page, address = begin(author, "Atelier qui s’enregistre")
    author.go(f"{address}/modifier/partenaires")
    page.fill("[name=partners-0-name]", "La commune")
    page.locator("[data-saved]", has_text="Enregistré à").wait_for()
    assert page.input_value("[name=partners-0-id]")
    page.locator("button[name=add]").click()
    page.fill("[name=partners-1-name]", "Le bailleur")
    # Pressed at once: the button waits for the saving under way.
    page.locator("button[name=continue]").click()
    page.wait_for_url("**/economie")
    author.go(f"{address}/modifier/partenaires")
    names = page.locator("[name^=partners-][name$=-name]")
    assert [names.nth(n).input_value() for n in range(names.count())] == [
        "La commune",
        "Le bailleur",
    ]


def test_two_people_write_at_once_and_both_texts_remain(visit: Callable[..., Any]) -> None:
    author = visit()
    page, address = begin(author, "Atelier à quatre mains")
    manager = visit()
    manager.sign_in("animateur@essaim.example", PASSWORD)
    other = manager.go(f"{address}/modifier/besoin")
    author.go(f"{address}/modifier/besoin")
    other.fill("[name=need]", "Les aînés mangent seuls.")
    other.locator("button[name=continue]").click()
    other.wait_for_url("**/dispositif")
    author.expected_statuses |= {409}
    page.fill("[name=need]", "Les aînés vivent seuls.")
    page.locator("button[name=continue]").click()
    page.wait_for_selector("#differences")
    assert "mangent" in page.locator("main del").first.inner_text()
    assert page.input_value("[name=need]") == "Les aînés vivent seuls."
    author.check()
    page.locator("button[name=continue]").click()
    page.wait_for_url("**/dispositif")
    assert "Les aînés vivent seuls." in author.go(address).locator("main").inner_text()


def test_what_was_typed_survives_a_session_that_expires(visit: Callable[..., Any]) -> None:
    author = visit()
    page, address = begin(author, "Atelier interrompu")
    author.go(f"{address}/modifier/besoin")
    author.expected_statuses |= {401}
    author.context.clear_cookies(name="sessionid")
    page.fill("[name=need]", "Une heure de travail.")
    page.locator("[data-saved]", has_text="expiré").wait_for()
    page.locator("button[name=continue]").click()
    page.wait_for_url("**/compte/login/**")
    page.fill("input[name=login]", "membre@essaim.example")
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form").filter(has=page.locator("input[name=password]")).locator(
        "button[type=submit]"
    ).first.click()
    page.wait_for_url("**/modifier/besoin")
    assert page.input_value("[name=need]") == "Une heure de travail."
    author.check()


def test_this_browser_keeps_what_a_closed_page_had(visit: Callable[..., Any]) -> None:
    manager = visit()
    manager.sign_in("animateur@essaim.example", PASSWORD)
    # A published card does not save itself: what is typed waits for the button.
    page = manager.go("/initiatives/enerterre/modifier/dispositif")
    rows = page.locator("[name^=steps-][name$=-text]").count()
    page.locator("button[name=add][value=steps]").click()
    page.fill(f"[name=steps-{rows}-text]", "Une étape tapée puis perdue.")
    page.reload()
    page.locator("[data-restore] [data-yes]").click()
    assert page.input_value(f"[name=steps-{rows}-text]") == "Une étape tapée puis perdue."
    manager.check()
    page.reload()
    page.locator("[data-restore] [data-no]").click()
    page.reload()
    assert page.locator("[data-restore]").is_hidden()
