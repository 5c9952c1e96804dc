"""Sites apply to the call of the story: alone, or together."""

from __future__ import annotations

import datetime as dt
import re

from essaim.people.demonstration import PASSWORD
from tests.browser.call_people import SITES, TOWNS, Person

PROJECTS = {
    "alone": "Enerterre au Bourg (fictif)",
    "leads": "Une ferme d’insertion pour le Vallon et le Plateau (fictif)",
    "late": "Une cuisine d’insertion au Rivage (fictif)",
}
ADOPTS = {"alone": 1, "leads": 2, "late": 0}


def begin(person: Person, call: str, name: str) -> str:
    person.go(call)
    page = person.press(f"a[href='{call}/candidature']")
    page.locator("main [name=adopts]").nth(ADOPTS[name]).check(force=True)
    person.send(title=PROJECTS[name])
    return person.path


def write(person: Person, mine: str) -> None:
    """Part after part, as the button leads; the last one leads back to the whole."""
    for page_of_mine in ("essentiel", "aide"):
        person.go(f"{mine}/{page_of_mine}")
    page = person.go(mine)
    page.locator("main ol a[href*='/parties/']").first.click()
    page.wait_for_load_state()
    seen = []
    while "/parties/" in person.path:
        person.check()
        seen.append(person.path.rpartition("/")[2])
        fill(person, seen[-1])
        page.locator("main button[name=continue]").click()
        page.wait_for_load_state()
    assert seen == ["reprise", "projet", "consortium", "couts", "pieces"]
    person.check()


def fill(person: Person, block: str) -> None:
    page = person.page
    if block == "couts":
        page.locator("[name=lines-0-label]").fill("Un poste d’encadrement (fictif)")
        page.locator("[name=lines-0-amount_cents]").fill("60000")
        page.locator("[name=lines-0-requested_cents]").fill("40000")
        page.locator("[name=requested_cents]").fill("40000")
        return
    for field in page.locator("main form[data-keep] textarea").all():
        if not field.input_value():
            field.fill("Ce que nous savons faire, avec qui, et pour qui (fictif).")
    if block == "reprise" and page.locator("[name=components]").count():
        page.locator("[name=components]").first.check(force=True)
    if block == "projet":
        assert page.locator("[name=territory]").input_value()  # known from the organisation
        page.locator("[name=starts_on]").fill(
            (dt.date.today() + dt.timedelta(days=200)).isoformat()
        )
        page.locator("main form[data-keep] input[type=radio]").first.check(force=True)


def submit(person: Person, mine: str) -> None:
    person.go(mine)
    person.press(f"a[href='{mine}/depot']")
    person.press("form button[type=submit]")
    assert re.search(r"/versions/\d+/recepisse$", person.path), person.path
    person.says("SHA-256", "Mission essaimage")


def together(leads: Person, along: Person, mine: str) -> None:
    """One site invites the other, which reads the draft and signs."""
    leads.go(mine)
    leads.press(f"a[href='{mine}/equipe']")
    leads.press(f"a[href='{mine}/equipe/partenaire']")
    leads.send(
        role="site", part="Un second terrain, et deux postes.", amount_cents="15000",
        organisation=SITES["along"][2],
    )  # fmt: skip
    along.go("/mon-espace")
    along.press(f"a[href*='{mine}']")
    along.press("form[action$='/signer'] button")


def asked_by_mail(leads: Person, town: Person, mine: str) -> None:
    """A town that has no page here: from the message to its page, an account, and a signature."""
    siren, name, email = TOWNS[leads.language]
    leads.go(f"{mine}/equipe/partenaire")
    leads.send(
        role="partner", part="Un local au rez-de-chaussée de la mairie.", organisation=siren,
        email=email, name=name,
    )  # fmt: skip
    leads.says(name, email)
    leads.go(mine)
    leads.says(name)  # whose answer is awaited
    page = town.go("/courriels")
    message = page.locator("article", has_text=email).first.inner_text()
    link = re.search(r"/appels/candidatures/partenaire/[\w:.-]+", message)
    assert link, message
    town.go(link[0])
    town.says(name, SITES["leads"][2])
    page = town.press("a[href^='/compte/signup']")
    page.fill("[name=name]", "Maé Mairie (fictif)")
    page.fill("[name=email]", email)
    town.send(password1=PASSWORD)
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", town.visit.server.mails(email)[-1], re.M)
    assert code
    town.send(code=code[1])
    town.says(PROJECTS["leads"], siren)
    town.send(kind="local_authority")
    town.says("Un local au rez-de-chaussée de la mairie.", PROJECTS["leads"])
    town.press("form[action$='/signer'] button")
    town.is_told("Signé le", "Signed on")


def look_around(person: Person, call: str) -> None:
    """What is read before one writes."""
    person.go(f"{call}/questions")
    person.send(text="Deux communes voisines peuvent-elles candidater ensemble ?")


def correct(person: Person, mine: str) -> None:
    """Opened again before the closing, and submitted again."""
    person.go(mine)
    person.press("form[action$='/reouverture'] button")
    person.go(f"{mine}/parties/projet")
    person.page.locator("[name=need]").fill("Des maisons froides, et personne pour les isoler.")
    person.press("button[name=continue]")
    submit(person, mine)
