"""A teacher's file to the effect on the page, in a real browser."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

TEACHER = "enseignante@essaim.example"
CARD = "/initiatives/tutorat-de-lecture-entre-eleves-fictif"
PROOF = f"{CARD}/preuves"
FILE = Path(__file__).parents[2] / "essaim" / "evaluations" / "data" / "lecture.csv"


def concluded(person: Any) -> str:
    """The address of the demonstration's evaluation."""
    page = person.go(PROOF)
    return str(page.locator("a[href^='/evaluations/']").first.get_attribute("href"))


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_of_an_evaluation(visit: Callable[..., Any], width: int) -> None:
    reader = visit(width=width)
    base = concluded(reader)
    found = walk(reader, [PROOF, CARD, base, "/initiatives/enerterre/preuves"])
    teacher = visit(width=width)
    teacher.sign_in(TEACHER, PASSWORD)
    found += walk(
        teacher,
        [
            *(base, f"{base}/analyse", f"{base}/couts-evites", f"{base}/equipe", f"{base}/donnees"),
            *(f"{base}/corriger", f"{base}/retirer", f"{base}/plan/methode", "/evaluations"),
            f"{PROOF}/auto-evaluation",
        ],
    )
    assert found == []


def press(person: Any, name: str) -> None:
    person.page.get_by_role("button", name=name, exact=True).click()
    person.page.wait_for_load_state()


def choose(person: Any, name: str) -> None:
    person.page.locator(f"label[for=id_{name}]").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_from_a_file_to_the_effect_on_the_page(visit: Callable[..., Any], javascript: bool) -> None:
    title = f"Lecture à voix haute {'avec' if javascript else 'sans'} script"
    teacher = visit(javascript=javascript)
    teacher.expected_statuses = {422}
    teacher.sign_in(TEACHER, PASSWORD)
    page = teacher.go(f"{PROOF}/auto-evaluation")
    page.fill("[name=title]", title)
    press(teacher, "Commencer le plan")
    base = re.sub(r"^https?://[^/]+|/plan/.*$", "", page.url)
    today = dt.date.today()
    question = {"who": "les sixièmes", "what": "un tutorat", "compared_with": "l’étude",
                "outcome": "la vitesse de lecture", "period": "l’hiver"}  # fmt: skip
    for name, value in question.items():
        page.fill(f"[name={name}]", value)
    press(teacher, "Enregistrer")
    page.fill("[name=indicator]", "Mots par minute")
    page.fill("[name=unit]", "mots")
    page.fill("[name=collected_by]", "une collègue")
    choose(teacher, "higher_is_better_0")
    choose(teacher, "education_0")
    press(teacher, "Enregistrer")
    choose(teacher, "design_1")
    choose(teacher, "clustered_1")
    page.fill("[name=why_comparable]", "Deux classes pareilles")
    press(teacher, "Enregistrer")
    page.fill("[name=per_group]", "24")
    page.fill("[name=expected_effect]", "0,5")
    press(teacher, "Enregistrer")
    assert "80 %" in page.inner_text("main").replace("\u00a0", " ")
    page = teacher.go(f"{base}/plan/calendrier")
    for name, days in {"pretest_on": 0, "starts_on": 1, "posttest_on": 60}.items():
        page.fill(f"[name={name}]", (today + dt.timedelta(days=days)).isoformat())
    press(teacher, "Enregistrer")
    teacher.go(f"{base}/figer")
    press(teacher, "Figer le plan")
    assert "figé" in page.inner_text("main")

    teacher.go(f"{base}/protection")
    for name in ("legal_basis_0", "sensitive_0", "impact_0"):
        choose(teacher, name)
    page.fill("[name=notice]", "Une note aux familles")
    page.fill("[name=impact_note]", "AIPD 3")
    page.fill("[name=deletion_on]", (today + dt.timedelta(days=200)).isoformat())
    press(teacher, "Enregistrer et ouvrir le recueil")
    page.fill("[name=text]", "élève;groupe;pre;post\nclaire@exemple.fr;A;1;2")
    press(teacher, "Vérifier")
    assert "Rien n’a été enregistré" in page.inner_text("main")
    assert "claire@exemple.fr" in page.input_value("[name=text]")
    page.fill("[name=text]", "")
    page.set_input_files("[name=file]", FILE)
    press(teacher, "Vérifier")
    page.fill("[name=treated]", "6e A")
    page.fill("[name=control]", "6e B")
    press(teacher, "Vérifier les lignes")
    assert "48 lignes" in page.inner_text("main")

    teacher.go(f"{base}/analyse")
    press(teacher, "Lancer l’analyse")
    if javascript:
        page.wait_for_selector("#resultats", timeout=90_000)
    else:
        for _attempt in range(90):
            if page.locator("#resultats").count():
                break
            page.wait_for_timeout(1000)
            teacher.go(f"{base}/analyse")
    shown = page.inner_text("main")
    assert "0,5327" in shown and "intervalle de confiance à 95" in shown

    teacher.go(f"{base}/conclure")
    page.fill("[name=learnt]", "Ils lisent plus vite.")
    page.fill("[name=limits]", "Deux classes.")
    press(teacher, "Conclure et publier")
    if javascript:
        teacher.check()
    reader = visit(javascript=javascript)
    assert title in reader.go(PROOF).inner_text("main")
    assert "Ils lisent plus vite." in reader.go(base).inner_text("main")
