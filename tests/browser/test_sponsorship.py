"""Sponsors in a real browser: every page, and a holder who gets a plan with dates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

SPONSOR = "parrain@essaim.example"
HOLDER = "porteur@essaim.example"
ADOPTER = "repreneur@essaim.example"
MANAGER = "animateur@essaim.example"


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_every_page_of_sponsors(visit: Callable[..., Any], width: int, language: str) -> None:
    found = walk(visit(width=width, language=language), ["/parrains", "/parrains/1"])
    holder = visit(width=width, language=language)
    holder.sign_in(HOLDER, PASSWORD)
    found += walk(
        holder,
        [
            *("/parrains", "/parrains/demander", "/parrains/demandes", "/parrains/demandes/1"),
            *("/parrains/demandes/1/resultat", "/parrains/savoirs", "/parrains/mon-profil"),
        ],
    )
    sponsor = visit(width=width, language=language)
    sponsor.sign_in(SPONSOR, PASSWORD)
    found += walk(
        sponsor,
        [
            *("/parrains/mon-profil", "/parrains/mon-profil/modifier", "/parrains/demandes/1"),
            *("/parrains/mon-profil/absences", "/parrains/mon-profil/accord/declarer"),
            *("/parrains/demandes/1/conseil", "/parrains/demandes/1/calendrier"),
        ],
    )
    manager = visit(width=width, language=language)
    manager.sign_in(MANAGER, PASSWORD)
    found += walk(manager, ["/gestion/parrains", "/gestion/parrains/1/confier"])
    assert found == []


def press(person: Any, name: str) -> None:
    person.page.get_by_role("button", name=name, exact=True).click()
    person.page.wait_for_load_state()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_question_becomes_a_plan_with_dates(visit: Callable[..., Any], javascript: bool) -> None:
    adopter, sponsor = visit(javascript=javascript), visit(javascript=javascript)
    adopter.sign_in(ADOPTER, PASSWORD)
    page = adopter.go("/parrains/demander")
    page.fill("[name=question]", "Quel service ouvre une salle le soir à Grenoble ?")
    page.fill("[name=territory]", "commune:38185")
    page.select_option("[name=knowledge]", "procedures")
    press(adopter, "Chercher un parrain")
    assert "Claude Parrain" in page.inner_text("main")
    assert "connaît ce territoire" in page.inner_text("main")
    address = page.url.split("/", 3)[-1]
    sponsor.sign_in(SPONSOR, PASSWORD)
    theirs = sponsor.go(f"/{address}")
    press(sponsor, "Prendre en charge")
    theirs = sponsor.go(f"/{address}/conseil")
    theirs.fill("[name=contact]", "Le service des salles, à l’hôtel de ville.")
    press(sponsor, "Enregistrer")
    theirs = sponsor.go(f"/{address}/calendrier")
    theirs.fill("[name=title]", "Écrire au service des salles")
    theirs.fill("[name=due_on]", "2099-01-15")
    press(sponsor, "Ajouter")
    page = adopter.go("/mon-espace")
    assert "Écrire au service des salles" in page.inner_text("main")
    page = adopter.go(f"/{address}")
    assert "Le service des salles" in page.inner_text("main")
    if javascript:
        adopter.check()
    page = adopter.go(f"/{address}/resultat")
    page.locator("label[for=id_outcome_0]").click()
    press(adopter, "Clore la demande")
    assert "aidé" in page.inner_text("main").lower()
