"""From a need to its answers: reasons, « not for us », why; the managers' board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

PASSWORD = "essaim-demonstration"
NEED = (
    "Des ménages modestes n’arrivent plus à se chauffer l’hiver et ne demandent pas les aides"
    " auxquelles ils ont droit."
)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "width"), [("fr", 1280), ("en", 360)], ids=["french", "english, telephone"]
)
def test_a_need_gets_answers_that_say_why(
    visit: Callable[..., Any], language: str, width: int
) -> None:
    person = visit(width=width, language=language)
    person.sign_in("membre@essaim.example", PASSWORD)
    page = person.go("/besoins/nouveau?territory=department:01")
    page.fill("[name=text]", f"{NEED} ({language})")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    person.check()

    page.locator("main #reponses a.fr-btn").click()
    page.wait_for_load_state()
    person.check()
    first = page.locator("#initiative li.matching-answer").first
    assert "Enerterre" in first.inner_text()
    assert page.locator("#territory").count() == 1

    first.locator(".matching-links a[href*='/pourquoi']").click()
    page.wait_for_load_state()
    person.check()
    same = {"fr": "le même résultat", "en": "the same result"}[language]
    assert same in page.locator("main").inner_text()

    page.go_back()
    page.locator("#initiative li.matching-answer").first.locator(".matching-links a").last.click()
    page.wait_for_load_state()
    person.check()
    person.expected_statuses = {422}  # a reason is asked
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()
    person.check()
    person.expected_statuses = set()
    page.locator("label[for=id_category_2]").click()
    page.fill("[name=text]", "Trop cher pour nous.")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()
    assert "Enerterre" not in page.locator("#initiative li.matching-answer").first.inner_text()
    page.locator("#initiative details summary").click()
    assert "Trop cher pour nous." in page.locator("#initiative details").inner_text()
    person.check()
    page.locator("#initiative details button").first.click()
    page.wait_for_load_state()
    assert "Enerterre" in page.locator("#initiative li.matching-answer").first.inner_text()


@pytest.mark.browser
def test_a_manager_reads_what_nothing_answers(visit: Callable[..., Any]) -> None:
    person = visit(width=1280)
    person.server.python(
        "import django; django.setup();"
        "from essaim.matching.actions import standing; standing.weigh(standing.unread())"
    )
    person.sign_in("animateur@essaim.example", PASSWORD)
    page = person.go("/besoins/sans-reponse")
    assert "médecin" in page.locator("main").inner_text()
    person.check()
    page.locator("main a", has_text="Pourquoi des réponses sont écartées").click()
    page.wait_for_load_state()
    person.check()
    with page.expect_download() as taken:
        person.go("/besoins/sans-reponse").locator("main a", has_text="CSV").click()
    assert taken.value.suggested_filename.endswith(".csv")
