"""An adopter proposes, the holder amends and accepts, the credit shows; and they talk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD

pytestmark = pytest.mark.browser

CARD = "/initiatives/plateforme-precarite-energetique-du-ccas-de-grenoble"


def press(person: Any, name: str) -> None:
    """The button of that name in the page's main part."""
    person.page.locator("main").get_by_role("button", name=name, exact=True).click()
    person.page.wait_for_load_state()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without javascript"])
def test_from_a_proposal_to_the_credit_on_the_card(
    visit: Callable[..., Any], javascript: bool
) -> None:
    lesson = f"Le guichet itinérant coûte trop cher ({'avec' if javascript else 'sans'} script)."
    adopter = visit(javascript=javascript)
    adopter.sign_in("membre@essaim.example", PASSWORD)
    page = adopter.go(CARD)
    page.locator("#contributions ~ * a, section[aria-labelledby=contributions] a").get_by_text(
        "Proposer une amélioration"
    ).first.click()
    page.wait_for_url("**/proposer")
    if javascript:
        adopter.check()
    page.get_by_role("link", name="Preuves et ce qui n’a pas marché").click()
    page.wait_for_url("**/proposer/preuves")
    before = page.input_value("[name=what_failed]")
    page.fill("[name=what_failed]", f"{before}\n\n{lesson} Vraiment.")
    page.fill("[name=reason]", "Essayé pendant un an.")
    if javascript:
        adopter.check()
    press(adopter, "Envoyer la proposition")
    page.wait_for_url("**/propositions/*")
    proposal = page.url.removeprefix(adopter.server.url)
    assert lesson in " ".join(page.locator("main ins").all_inner_texts())
    if javascript:
        adopter.check()

    holder = visit(javascript=javascript)
    holder.sign_in("porteur@essaim.example", PASSWORD)
    holder.go(proposal)
    if javascript:
        holder.check()
    holder.page.get_by_role("link", name="Reprendre, puis accepter").click()
    holder.page.wait_for_url("**/reprendre")
    text = holder.page.input_value("[name=what_failed]")
    holder.page.fill("[name=what_failed]", text.replace(" Vraiment.", ""))
    holder.page.fill("[name=word]", "Merci !")
    if javascript:
        holder.check()
    press(holder, "Accepter avec ce texte")
    assert "acceptée avec des changements" in holder.page.locator("main").inner_text().lower()

    reader = visit()
    text = reader.go(CARD).locator("main").inner_text()
    assert lesson in text
    assert f"{lesson} Vraiment." not in text
    credits = reader.page.locator("section[aria-labelledby=contributions]").inner_text()
    assert "repris par l’équipe de la fiche" in credits
    assert "Dominique Membre" not in credits  # who did not choose to be named in public
    history = holder.go(f"{CARD}/historique").locator("main").inner_text()
    assert "proposition acceptée" in history
    assert "Apporté par Dominique Membre" in history
    reader.check()


def test_a_question_is_answered_and_found_useful(visit: Callable[..., Any]) -> None:
    asker = visit(width=360)
    asker.sign_in("membre@essaim.example", PASSWORD)
    page = asker.go(f"{CARD}/discussion")
    asker.check()
    page.fill("[name=text]", "Faut-il une convention avec chaque fournisseur d’énergie ?")
    press(asker, "Poser la question")
    page.wait_for_url("**/discussion/*")
    address = page.url.removeprefix(asker.server.url)
    holder = visit()
    holder.sign_in("porteur@essaim.example", PASSWORD)
    holder.go(address)
    holder.page.fill("[name=text]", "Une seule suffit, signée par tous.")
    press(holder, "Publier la réponse")
    holder.check()
    asker.go(address)
    press(asker, "Cette réponse est utile")
    assert "réponse utile" in page.locator("main").inner_text().lower()
    asker.check()
    reader = visit()
    assert "Une seule suffit" in reader.go(f"{CARD}/discussion").locator("main").inner_text()
    reader.check()
