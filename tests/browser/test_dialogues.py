"""Management dialogue in a real browser: both parties, both languages, and a free choice."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

CENTRE, REGION = "direction@essaim.example", "region@essaim.example"


def addresses(person: Any, shape: str) -> list[str]:
    """The addresses of this shape that the person's list leads to."""
    page = person.go("/dialogue")
    found = page.eval_on_selector_all(
        "main a[href]", "links => links.map(link => link.getAttribute('href'))"
    )
    return list(dict.fromkeys(each for each in found if re.fullmatch(shape, each)))


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_every_page_of_a_dialogue(visit: Callable[..., Any], width: int, language: str) -> None:
    centre = visit(width=width, language=language)
    centre.sign_in(CENTRE, PASSWORD)
    (campaign,) = addresses(centre, r"/dialogue/campagnes/\d+")
    found = walk(
        centre,
        [
            "/dialogue", "/dialogue/nouvelle-campagne", campaign, f"{campaign}/modifier",
            f"{campaign}/territoires", f"{campaign}/indicateurs", f"{campaign}/animation",
        ],
    )  # fmt: skip
    region = visit(width=width, language=language)
    region.sign_in(REGION, PASSWORD)
    (dialogue,) = addresses(region, r"/dialogue/\d+")
    found += walk(region, ["/dialogue", dialogue, f"{dialogue}/reunion"])
    found += walk(centre, [dialogue, f"{dialogue}/pratiques?all=on", f"{dialogue}/responsables"])
    assert found == []


@pytest.mark.parametrize("javascript", [True, False])
def test_the_territory_thinks_a_choice_over(visit: Callable[..., Any], javascript: bool) -> None:
    region = visit(javascript=javascript)
    region.sign_in(REGION, PASSWORD)
    (dialogue,) = addresses(region, r"/dialogue/\d+")
    page = region.go(dialogue)
    assert "n’entraînent rien" in page.inner_text("main")
    page.get_by_role("link", name="Revoir ce choix").last.click()
    page.wait_for_load_state()
    page.get_by_label("Ce que vous adaptez, ou pourquoi").fill("")
    page.get_by_role("button", name="Enregistrer le choix").click()
    page.wait_for_load_state()
    assert "Dites pourquoi" in page.inner_text("main")
    page.get_by_label("Ce que vous adaptez, ou pourquoi").fill("À revoir au printemps. (fictif)")
    page.get_by_role("button", name="Enregistrer le choix").click()
    page.wait_for_load_state()
    assert "À revoir au printemps." in page.inner_text("main")


FIGURES = """territory,indicator,year,value
region:84,"Froid (fictif)",2025,60
region:27,"Froid (fictif)",2025,10
"""
BODY = "Direction régionale Auvergne-Rhône-Alpes (fictif)"


def send(page: Any) -> None:
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state()


def test_a_year_of_dialogue_and_the_next(visit: Callable[..., Any], tmp_path: Path) -> None:
    """The centre works in French, the region chooses in English; the next year starts from it."""
    centre = visit(javascript=False)
    centre.sign_in(CENTRE, PASSWORD)
    today = timezone.localdate()
    page = centre.go("/dialogue/nouvelle-campagne")
    page.fill("[name=title]", f"Contre le froid {today.year} (fictif)")
    page.fill("[name=year]", str(today.year))
    for name, days in (("opens_on", 0), ("answers_by", 20), ("ends_on", 100)):
        page.fill(f"[name={name}]", (today + dt.timedelta(days=days)).isoformat())
    send(page)
    campaign = page.url.removeprefix(centre.server.url)
    page = centre.go(f"{campaign}/indicateurs")
    page.fill("[name=own_name]", "Froid (fictif)")
    page.fill("[name=own_unit]", "pour 1 000")
    page.fill("[name=own_source]", "Chiffres inventés (fictif)")
    page.locator("[name=worse][value=high]").check(force=True)
    page.locator("[name=rule][value=threshold]").check(force=True)
    page.fill("[name=limit]", "40")
    for theme in ("precarite-energetique", "pauvrete-exclusion", "emploi-insertion"):
        page.locator(f"[name=themes][value={theme}]").check(force=True)
    send(page)
    page = centre.go(f"{campaign}/territoires")
    page.select_option("[name=kind]", "region")
    send(page)
    file = tmp_path / "froid.csv"
    file.write_text(FIGURES)
    page.get_by_role("link", name="Charger ses chiffres").click()
    page.set_input_files("[name=file]", file)
    send(page)
    figures = page.url.removeprefix(centre.server.url)
    for _second in range(60):  # a job reads it
        if "Les chiffres sont chargés" in page.inner_text("main"):
            break
        page.wait_for_timeout(500)
        page = centre.go(figures)
    assert "2 valeurs nouvelles" in page.inner_text("main")
    assert walk(centre, [figures]) == []
    page = centre.go(campaign)
    press(page, "Relever les difficultés")
    page.get_by_role("link", name="en difficulté", exact=True).click()
    page.wait_for_load_state()
    # The filter in place is seen, not only said.
    colours = page.eval_on_selector_all(
        "main .fr-tag", "tags => tags.map(tag => getComputedStyle(tag).backgroundColor)"
    )
    shown = page.locator("main .fr-tag[aria-current]")
    assert shown.inner_text() == "en difficulté"
    assert colours.count(shown.evaluate("tag => getComputedStyle(tag).backgroundColor")) == 1
    (dialogue,) = [
        each
        for each in page.eval_on_selector_all(
            "main table a[href]", "links => links.map(link => link.getAttribute('href'))"
        )
        if re.fullmatch(r"/dialogue/\d+", each)
    ]
    page = centre.go(f"{dialogue}/responsables")
    page.fill("[name=organisation]", BODY)
    send(page)
    page = centre.go(campaign)
    press(page, "Ouvrir la campagne")
    for _practice in range(3):
        page = centre.go(f"{dialogue}/pratiques")
        page.get_by_role("link", name="Proposer").first.click()
        page.wait_for_load_state()
        send(page)
    press(centre.go(dialogue), "Envoyer au territoire")

    region = visit(javascript=False, language="en")
    region.sign_in(REGION, PASSWORD)
    page = region.go(dialogue)
    chosen = page.eval_on_selector_all(
        "main a[href$='/choix']", "links => links.map(link => link.getAttribute('href'))"
    )
    assert len(chosen) == 3
    for address, answer in zip(chosen, ("adopted", "adapted", "declined"), strict=True):
        page = region.go(address)
        page.locator(f"[name=answer][value={answer}]").check(force=True)
        page.fill("[name=words]", "Par vallée. (fictif)")
        if answer != "declined" and page.locator("[name=adopter]").count():
            page.locator("[name=adopter]").select_option(label=BODY)
        send(page)
    page = region.go(dialogue)
    page.locator("form[action$='/conclure'] button").click()
    page.wait_for_load_state()
    assert "follow-up" in page.inner_text("main").lower()
    page = region.go(chosen[0].replace("/choix", "/etapes"))
    page.fill("[name=title]", "Réunir les volontaires (fictif)")
    page.fill("[name=due_on]", (today + dt.timedelta(days=9)).isoformat())
    send(page)
    page = region.go(dialogue)
    page.locator("form[action$='/faite'] button").first.click()
    page.wait_for_load_state()

    send(centre.go(f"{campaign}/suivante"))
    page = centre.page
    assert str(today.year + 1) in page.inner_text("h1")
    page.get_by_role("link", name="Auvergne-Rhône-Alpes").first.click()
    page.wait_for_load_state()
    said = page.inner_text("main")
    assert "Ce qui avait été convenu" in said and "adoptée" in said
