"""Meetings in a real browser: every page in both languages, and a registration in one press."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from essaim.people.demonstration import PASSWORD
from tests.browser.conftest import Server
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

WEEK = "/evenements/semaine-de-linnovation-en-isere-fictif"
HOLDUP = "/evenements/hold-up-sur-la-facture-denergie-fictif"
MEMBER, HOLDER = "membre@essaim.example", "porteur@essaim.example"


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_every_page_of_events(visit: Callable[..., Any], width: int, language: str) -> None:
    found = walk(
        visit(width=width, language=language),
        [
            *("/evenements", "/evenements?past=on", WEEK, f"{WEEK}/suites", HOLDUP),
            *(f"{HOLDUP}/seance", "/lieux", "/lieux/la-verriere-fictif", "/reseaux"),
        ],
    )
    holder = visit(width=width, language=language)
    holder.sign_in(HOLDER, PASSWORD)
    found += walk(
        holder, [f"{WEEK}/rencontres", f"{HOLDUP}/inscription", "/evenements/mes-evenements"]
    )
    assert found == []


@pytest.mark.parametrize("javascript", [True, False])
def test_coming_and_leaving(visit: Callable[..., Any], javascript: bool) -> None:
    member = visit(javascript=javascript)
    member.sign_in(MEMBER, PASSWORD)
    page = member.go(f"{HOLDUP}/inscription")
    page.get_by_role("button", name="M’inscrire", exact=True).click()
    page.wait_for_load_state()
    assert "Vous êtes inscrit." in page.inner_text("main")
    page.get_by_role("button", name="Me désinscrire", exact=True).click()
    page.wait_for_load_state()
    assert "Il reste 24 places." in page.inner_text("main")


ADOPTERS = ["collectivite@essaim.example", "isere@essaim.example", "savoie@essaim.example"]
THEME = "precarite-energetique"
LEAD = "responsable@essaim.example"  # represents the holder of the card


def send(page: Any) -> None:
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()


def test_a_week_whose_meetings_led_to_three_introductions(
    server: Server, visit: Callable[..., Any]
) -> None:
    """The holder prepares it and comes, in French; those who would take up come in English. The
    clock alone is moved, so that the week has begun."""
    holder = visit(javascript=False)
    holder.sign_in(LEAD, PASSWORD)
    start = timezone.localtime() + dt.timedelta(days=3)
    page = holder.go("/evenements/nouveau")
    page.select_option("[name=kind]", "week")
    page.fill("[name=title]", "Semaine des rencontres (fictif)")
    page.fill("[name=summary]", "On se rencontre. (fictif)")
    page.fill("[name=starts_at]", start.strftime("%Y-%m-%dT09:00"))
    page.fill("[name=ends_at]", start.strftime("%Y-%m-%dT18:00"))
    page.fill("[name=address]", "Maison des associations, Grenoble")
    page.locator("[name=meets]").check(force=True)
    send(page)
    event = page.url.removeprefix(server.url)
    page.get_by_role("button", name="Ouvrir les inscriptions").click()
    page.wait_for_load_state()
    page = holder.go(f"{event}/inscription")
    page.select_option("[name=profile]", "holder")
    page.locator("[name=meets]").check(force=True)
    page.locator(f"[name=themes_brought][value={THEME}]").check(force=True)
    page.get_by_label("Plateforme", exact=False).first.check(force=True)
    send(page)
    people = []
    for email in ADOPTERS:
        person = visit(javascript=False, language="en")
        person.sign_in(email, PASSWORD)
        page = person.go(f"{event}/inscription")
        page.select_option("[name=profile]", "adopter")
        page.locator("[name=meets]").check(force=True)
        page.locator(f"[name=themes_sought][value={THEME}]").check(force=True)
        send(page)
        people.append(person)
    page = holder.go(f"{event}/rencontres/organiser")
    page.fill("[name=number]", "3")
    page.get_by_role("button", name="Ajouter ces créneaux").click()
    page.wait_for_load_state()
    page.get_by_role("button", name="Proposer les rencontres").click()
    page.wait_for_load_state()
    for _second in range(40):
        if "proposées" in page.inner_text("main .fr-alert") and "Calculées le" in page.content():
            break
        page.wait_for_timeout(500)
        page = holder.go(f"{event}/rencontres/organiser")
    assert "Calculées le" in page.inner_text("main")
    slug = event.rpartition("/")[2]
    server.python(
        "import datetime as dt, django; django.setup()\n"
        "from django.utils import timezone\n"
        "from essaim.events.models import Event\n"
        "now = timezone.now()\n"
        f"Event.objects.filter(slug={slug!r}).update("
        "starts_at=now - dt.timedelta(hours=2), ends_at=now + dt.timedelta(hours=2))\n"
    )
    for _each in ADOPTERS:
        page = holder.go(f"{event}/rencontres")
        page.get_by_role("button", name="Nous nous sommes rencontrés").first.click()
        page.wait_for_load_state()
    for person in people:
        page = person.go(f"{event}/rencontres")
        page.get_by_role("button", name="We met").first.click()
        page.wait_for_load_state()
        page.get_by_role("link", name="Begin an introduction").first.click()
        page.locator("[name=card]").first.check(force=True)
        page.fill("[name=message]", "Parlons-en. (fictif)")
        send(page)
    page = visit().go(f"{event}/suites")
    assert "Mises en relation commencées : 3" in page.inner_text("main").replace("\xa0", " ")


def test_two_who_met_by_chance_say_so(visit: Callable[..., Any]) -> None:
    """One gives a code; the other says so in English; it counts once it is confirmed."""
    gives = visit(javascript=False)
    gives.sign_in(ADOPTERS[1], PASSWORD)
    says = visit(width=360, language="en", javascript=False)
    says.sign_in(ADOPTERS[0], PASSWORD)

    def counted() -> int:
        page = visit().go(f"{WEEK}/suites")
        line = page.locator("main li", has_text="Rencontres que les deux disent avoir eues")
        return int(line.locator("strong").inner_text())

    before = counted()
    code = gives.go(f"{WEEK}/rencontres").locator("#par-hasard ~ p strong").inner_text()
    form = f"{WEEK}/rencontres/par-hasard"
    assert walk(says, [form]) == [] and walk(gives, [form]) == []
    page = says.go(form)
    page.fill("[name=code]", "2222-2222")
    send(page)
    assert "This code is no participant’s" in page.inner_text("main")
    page.fill("[name=code]", code.lower())
    send(page)
    assert "the other person has not said so yet" in page.inner_text("main")
    assert counted() == before
    page = gives.go(f"{WEEK}/rencontres")
    assert "dit vous avoir rencontré" in page.inner_text("main")
    assert gives.defects() == []
    page.locator("#par-hasard ~ ul").get_by_role("button", name="Nous nous sommes").first.click()
    page.wait_for_load_state()
    assert counted() == before + 1
    assert "you met" in says.go(f"{WEEK}/rencontres").inner_text("main").lower()
    # Afresh: the refusal above is in the other's console.
    again = visit(width=360, language="en", javascript=False)
    again.sign_in(ADOPTERS[0], PASSWORD)
    assert walk(again, [f"{WEEK}/rencontres"]) == []


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_every_page_of_who_organises(visit: Callable[..., Any], width: int, language: str) -> None:
    manager = visit(width=width, language=language)
    manager.sign_in("animateur@essaim.example", PASSWORD)
    page = manager.go("/reseaux")
    networks = page.eval_on_selector_all(
        "main a[href^='/reseaux/']", "links => links.map(link => link.getAttribute('href'))"
    )
    found = walk(
        manager,
        [
            *("/evenements/nouveau", f"{WEEK}/inscrits", f"{WEEK}/suites", "/lieux/nouveau"),
            *(f"{WEEK}/rencontres/organiser", f"{WEEK}/rencontres/liste", f"{HOLDUP}/programme"),
            *(f"{HOLDUP}/modifier", f"{HOLDUP}/questions", f"{HOLDUP}/rencontres/organiser"),
            *(f"{HOLDUP}/seance", f"{HOLDUP}/seance/defi", f"{HOLDUP}/annuler"),
            *networks[:1],
        ],
    )
    assert found == []
