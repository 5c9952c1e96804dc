"""Users asked and heard, in a real browser: the team opens, a telephone answers, pages hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

HOLDER = "porteur@essaim.example"
CARD = "/initiatives/plateforme-precarite-energetique-du-ccas-de-grenoble"


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_of_voice_and_independent_evaluation(
    visit: Callable[..., Any], width: int
) -> None:
    public = ["/evaluations/usagers/1", "/evaluations/independantes/1", f"{CARD}/preuves"]
    found = walk(visit(width=width), public)
    holder = visit(width=width)
    holder.sign_in(HOLDER, PASSWORD)
    found += walk(
        holder,
        [
            *(f"{CARD}/preuves/independante", f"{CARD}/preuves/usagers"),
            *("/evaluations/usagers/2", "/evaluations/usagers/2/saisie"),
            *("/evaluations/usagers/2/papier", "/evaluations/independantes/1/retirer"),
        ],
    )
    assert found == []


@pytest.mark.parametrize("javascript", [True, False])
def test_a_person_answers_on_a_telephone_without_an_account(
    visit: Callable[..., Any], javascript: bool
) -> None:
    holder = visit(javascript=javascript)
    holder.sign_in(HOLDER, PASSWORD)
    page = holder.go("/evaluations/usagers/2")
    link = re.sub(r"^https?://[^/]+", "", page.locator(".evaluations-long").inner_text())
    user = visit(javascript=javascript, width=360)
    page = user.go(f"{link}?autre")
    page.locator("main fieldset").first.locator("label").first.click()
    page.get_by_role("button", name="Envoyer mes réponses").click()
    page.wait_for_load_state()
    assert "Vos réponses sont enregistrées" in page.inner_text("main")
    if javascript:
        user.check()
    page = user.go(link)
    assert "déjà répondu" in page.inner_text("main")
