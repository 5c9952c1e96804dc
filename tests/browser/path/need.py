"""A need is stated, and nothing fits."""

from __future__ import annotations

from typing import Any

NEED = (
    "Nos sapeurs-pompiers volontaires ne répondent plus au bip la nuit et le mercredi : personne"
    " ne garde leurs enfants quand l’alerte sonne (fictif)."
)
THEME = "Petite enfance et parentalité"


def stated(tale: Any) -> None:
    """From the home page, in the mayor's own words, with a place."""
    page = tale.at("mayor", "/")
    page.fill("main [name=q]", NEED)
    page.locator("main button[formaction='/besoins/nouveau']").first.click()
    page.wait_for_load_state()
    assert page.locator("[name=text]").input_value() == NEED
    assert page.locator("[name=territory]").input_value() == tale.facts["town_label"]
    page.select_option("[name=theme]", label=THEME)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    tale.keep("need")
    tale.reads(NEED)
    tale.picture("need")


def nothing_fits(tale: Any) -> None:
    """What is found far away is put aside with a reason; the need reaches those who run
    programmes."""
    answers = tale.facts["need"] + "/reponses"
    tale.at("mayor", answers)
    while tale.page.locator("#initiative li.matching-answer").count():
        tale.page.locator("#initiative li.matching-answer").first.locator(
            "a[href$='/ecarter']"
        ).click()
        tale.fill(category="off_topic")
        tale.page.locator("main form button[type=submit]").first.click()
        tale.page.wait_for_load_state()
    until(tale, "manager", "/besoins/sans-reponse?theme=petite-enfance", NEED)
    tale.picture("unmet")


def until(tale: Any, who: str, path: str, words: str) -> None:
    """A job brings it there: the page is read again until it says so."""
    for _attempt in range(60):
        tale.at(who, path)
        if words in tale.words():
            return
        tale.page.wait_for_timeout(1000)
    tale.reads(words)
