"""A need is stated, and nothing fits."""

from __future__ import annotations

from typing import Any

NEED = (
    "Nos sapeurs-pompiers volontaires ne répondent plus au bip la nuit et le mercredi, parce que personne"
    " ne garde leurs enfants quand l’alerte sonne (fictif)."
)
THEME = "Petite enfance et parentalité"


def stated(tale: Any) -> None:
    """From the home page, in the mayor's own words, with a place."""
    page = tale.home("mayor")
    page.fill("main [name=q]", NEED)
    page.locator("main button[formaction='/besoins/nouveau']").first.click()
    page.wait_for_load_state()
    assert page.locator("[name=text]").input_value() == NEED
    assert page.locator("[name=territory]").input_value() == tale.facts["town_label"]
    page.select_option("[name=theme]", label=THEME)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    tale.reads(NEED)
    tale.picture("need")


def nothing_fits(tale: Any) -> None:
    """What is found far away is put aside with a reason; the need reaches those who run
    programmes."""
    tale.as_("mayor")
    tale.follow("Voir les réponses")
    while tale.page.locator("#initiative li.matching-answer").count():
        tale.page.locator("#initiative li.matching-answer").first.locator(
            "a[href$='/ecarter']"
        ).click()
        tale.fill(category="off_topic")
        tale.page.locator("main form button[type=submit]").first.click()
        tale.page.wait_for_load_state()
    tale.menu("manager", "Gestion")
    tale.follow("Besoins sans réponse")
    tale.page.select_option("main [name=theme]", label=THEME)
    tale.press("Appliquer les filtres")
    tale.until_read(NEED)
    tale.picture("unmet")
