"""A manager imports real-life cards through the page: preview, lines in error, then the bank."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD

pytestmark = pytest.mark.browser

LINES = [
    {"external_id": "essai:1", "title": "Épicerie itinérante", "summary": "Un camion dessert dix villages.",
     "track": "sociale", "territories": ["department:1"], "themes": ["mobilité", "zorglub"],
     "economics": [{"line": "investment", "central": "21 667,00 €", "unit": "euros"}]},
    {"external_id": "essai:2", "title": "Sans résumé"},
    {"external_id": "essai:1", "title": "Deux fois", "summary": "Le même identifiant."},
]  # fmt: skip


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without javascript"])
def test_import_through_the_page(
    visit: Callable[..., Any], tmp_path: Path, javascript: bool
) -> None:
    path = tmp_path / "fiches.jsonl"
    word = "avec" if javascript else "sans"
    lines = [
        json.dumps(line, ensure_ascii=False).replace("essai:", f"essai-{word}:") for line in LINES
    ]
    path.write_text("\n".join([*lines, '{"external_id": "coup']), encoding="utf-8")
    manager = visit(javascript=javascript)
    manager.sign_in("animateur@essaim.example", PASSWORD)
    page = manager.go("/gestion/imports")
    page.set_input_files("input[type=file]", path)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    confirm = page.locator("form[action$='/confirmer'] button")
    wait_for(manager, confirm)
    preview = page.locator("main").inner_text()
    assert "summary" in preview or "résumé" in preview
    if javascript:
        manager.check()
    confirm.first.click()
    page.wait_for_load_state()
    wait_for(manager, page.locator("text=/termin/i"))
    reader = visit(javascript=javascript)
    found = reader.go("/initiatives?q=%C3%A9picerie+itin%C3%A9rante")
    assert "Épicerie itinérante" in found.locator("main").inner_text()


def wait_for(person: Any, target: Any) -> None:
    """The worker does its job; a reader without JavaScript reloads the page."""
    for _ in range(60):
        if target.count():
            return
        person.page.wait_for_timeout(500)
        person.page.reload()
    raise AssertionError(person.page.locator("main").inner_text())
