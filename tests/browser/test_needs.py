"""A need stated by someone who has no account yet: nothing typed is lost on the way."""

import re
from collections.abc import Callable
from typing import Any

import pytest

NEED = "Plus aucun autocar ne dessert le hameau le soir."


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_a_visitor_writes_a_need_signs_up_and_finds_it_back(
    visit: Callable[..., Any], javascript: bool
) -> None:
    email = f"nouvelle-{'js' if javascript else 'sans'}@essaim.example"
    person = visit(width=360, javascript=javascript)
    page = person.go("/besoins/nouveau?q=autocar&territory=commune:38229&found=0")
    assert page.locator("[name=territory]").input_value() == "Meylan (38)"
    page.fill("[name=text]", NEED)
    page.locator("label", has_text="Tout le monde").click()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    assert "il vous attend ici" in page.locator("main").inner_text()

    page.locator("main a", has_text="Créer un compte").click()
    page.fill("[name=name]", "Zoé Petit")
    page.fill("[name=email]", email)
    page.fill("[name=password1]", "une phrase de passe longue")
    page.locator("main form:has([name=password1]) button[type=submit]").first.click()
    page.wait_for_load_state()
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", person.server.mails(email)[-1], re.MULTILINE)
    assert code
    page.fill("[name=code]", code.group(1))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()

    assert page.url.endswith("/besoins/nouveau")
    assert page.locator("[name=text]").input_value() == NEED
    assert page.locator("[name=territory]").input_value() == "Meylan (38)"
    if javascript:
        person.check()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    text = page.locator("main").inner_text()
    assert NEED in text
    assert "Rien trouvé à l’époque".upper() in text.upper()
    if javascript:
        person.check()
