"""Enerterre, from a pool of five options to three sites alive: a lead funder, other funders (two
people sign for one of them), the holder, an adopter, a visitor. Half in French, half in English;
nothing is made outside the pages but the accounts, the card, and the morning of an expiry."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.call_people import Person

pytestmark = pytest.mark.browser

CARD = "enerterre-le-recit"
BODIES = {
    "Département du Récit (fictif)": "50", "Département des Signatures (fictif)": "35",
    "Département du Bocage (fictif)": "61", "Département du Budget (fictif)": "22",
    "Département du Silence (fictif)": "53",
}  # fmt: skip
LEAD, FOUR_EYES, SECOND, DECLINING, EXPIRING = BODIES
ADOPTERS = ["Chantiers du Récit (fictif)", "Toits du Récit (fictif)", "Murs du Récit (fictif)"]
HOLDER = "Parc du Récit (fictif)"
PEOPLE = {
    "lead": ([LEAD], ["funder"]),
    "funder": ([FOUR_EYES, SECOND, DECLINING, EXPIRING], ["funder"]),
    "second": ([FOUR_EYES], ["funder"]),
    "holder": ([HOLDER], ["holder"]),
    "adopter": (ADOPTERS, ["adopter"]),
}
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"

SETTING = """
import json, django; django.setup()
from essaim.people.actions.accounts import create_account
from essaim.people.actions.organisations import add_member, find_or_create_organisation
from essaim.territories.models import Territory
from tests.initiatives.factories import ComponentFactory, InitiativeFactory
bodies, people = json.loads({bodies!r}), json.loads({people!r})
for who, (organisations, functions) in people.items():
    user = create_account(email=who + "@enerterre.example", name=who.title() + " (fictif)",
                          password={password!r})
    for name in organisations:
        place = Territory.objects.filter(kind="department", code=bodies.get(name, "")).first()
        found, _made = find_or_create_organisation(
            name=name, kind="local_authority" if place else "association", territory=place)
        add_member(found, user, role="representative", functions=functions)
holder, _made = find_or_create_organisation(name={holder!r}, kind="association")
card = InitiativeFactory(published=True, slug={card!r}, external_id={card!r}, holder=holder,
                         title="Terre crue, le récit (fictif)")
for kind, name in (("core", "Un système d’échange local (fictif)"), ("margin", "La terre (fictif)")):
    ComponentFactory(initiative=card, kind=kind, name=name)
"""


def arrives(visit: Callable[..., Any], email: str, language: str) -> Person:
    return Person(visit(width=1280, language=language), language, email)


def later(days: int) -> str:
    return (dt.date.today() + dt.timedelta(days=days)).isoformat()


def button(address: str) -> str:
    """Of the form that is sent to an address ending so, whatever the language."""
    return f"form[action$='{address}'] button"


def test_from_five_options_to_three_sites(visit: Callable[..., Any], server: Any) -> None:
    people, bodies = json.dumps(PEOPLE), json.dumps(BODIES)
    server.python(
        SETTING.format(people=people, bodies=bodies, password=PASSWORD, holder=HOLDER, card=CARD)
    )
    lead, funder, holder, adopter = (
        arrives(visit, f"{who}@enerterre.example", language)
        for who, language in (("lead", "fr"), ("funder", "en"), ("holder", "en"), ("adopter", "fr"))
    )
    pool = formed(lead, holder)
    options = pledged(pool, lead, funder, visit)
    piloted(pool, options[LEAD], lead, funder, holder, adopter)
    judged(pool, lead, funder, visit)
    ended(pool, options, funder, visit, server)
    paid(options[LEAD], lead, adopter)
    alive(options, funder, adopter, holder)

    visitor = visit(width=360, language="en")
    for path in (pool, f"/initiatives/{CARD}/reprises"):
        visitor.go(path)
        visitor.check()
    text = visitor.page.inner_text("main")
    assert all(name in text for name in ADOPTERS)


def formed(lead: Person, holder: Person) -> str:
    lead.go(f"/initiatives/{CARD}/subvention/former")
    # What is typed in the lines, then the form itself: one form on the page.
    lead.give("lines-0-amount_cents", "28 000")
    lead.give("lines-1-amount_cents", "12 000,50")
    lead.send(
        sites_sought="5", minimum_options="4", pledges_until=later(60), report_months="3",
        initiated_by="holder", audience="public",
        presentation="Cinq départements essaient ensemble (fictif).",
    )  # fmt: skip
    pool = lead.path
    assert pool.startswith("/subventions/"), lead.page.inner_text("main")[:3000]
    holder.go("/mon-espace")
    holder.go(pool)
    holder.press(button("/accord"))
    lead.go(pool)
    lead.press(button("/ouvrir"))
    lead.says("Ouverte aux options")
    return pool


def pledged(pool: str, lead: Person, funder: Person, visit: Callable[..., Any]) -> dict[str, str]:
    """One of them is signed by two people; one lasts ten days."""
    four_eyes(funder)
    found = {}
    for who, names in ((lead, [LEAD]), (funder, [FOUR_EYES, SECOND, DECLINING, EXPIRING])):
        for name in names:
            who.go(f"{pool}/option")
            who.send(
                funder=name, territory=f"department:{BODIES[name]}", amount_cents="40 000,50",
                expires_on=later(10 if name == EXPIRING else 400),
            )  # fmt: skip
            found[name] = who.path
    second = arrives(visit, "second@enerterre.example", "fr")
    second.go("/mon-espace")
    second.says("Signer en second")
    second.go(found[FOUR_EYES])
    second.press(button("/signer"))
    second.says("Rien n’est engagé")
    return found


def four_eyes(funder: Person) -> None:
    """Its representative asks for two signatures."""
    funder.go("/organisations?q=Signatures")
    funder.press("a[href*='departement-des-signatures']")
    funder.press("a[href$='/signatures']")
    funder.send(four_eyes=True)


def confirm(person: Person, option: str, adopter: str) -> None:
    person.go(f"{option}/confirmer")
    person.send(adopter=adopter, mode="supple", planned_on=later(30), charter=True, sure=True)


def agreed(adopter: Person) -> str:
    """The adopter's own word, from what waits for it; the site that it commits."""
    adopter.go("/mon-espace")
    adopter.press("a[href$='/accord/adopter'], a[href*='/reprises/']:has-text('accord')")
    if not adopter.path.endswith("/accord/adopter"):
        adopter.press("a[href$='/accord/adopter']")
    adopter.press("form:not([action]) button[type=submit], form[action=''] button[type=submit]")
    adopter.says("commencer la préparation")
    return adopter.path


def piloted(
    pool: str, option: str, lead: Person, funder: Person, holder: Person, adopter: Person
) -> None:
    confirm(lead, option, ADOPTERS[0])
    agreed(adopter)
    lead.go(pool)
    lead.press(button("/pilote"))
    lead.go(f"{pool}/reunions")
    lead.send(on=later(20), link="https://visio.example/enerterre")
    for houses in ("4", "11"):
        holder.go(f"{pool}/rapport")
        holder.send(done="Chantiers ouverts (fictif).", indicators=f"Logements (fictif) = {houses}")
    funder.go(f"{pool}/suivi")
    funder.press("a[href$='/commenter']")
    funder.send(text="Combien d’heures par logement ? (fictif)")
    holder.go(f"{pool}/suivi")
    holder.says("Combien d’heures", "Logements (fictif)")


def judged(pool: str, lead: Person, funder: Person, visit: Callable[..., Any]) -> None:
    lead.go(pool)
    lead.press(button("/examen"))
    for who, name, favourable in (
        (lead, LEAD, "yes"), (funder, FOUR_EYES, "yes"), (funder, SECOND, "yes"),
        (funder, DECLINING, "no"),
    ):  # fmt: skip
        who.go(f"{pool}/avis")
        who.send(organisation=name, is_favourable=favourable, reasons=f"Vu par {name}.")
    visitor = visit()
    assert f"Vu par {SECOND}" not in visitor.go(pool).inner_text("main")
    lead.go(f"{pool}/constat")
    lead.press("form button[type=submit]")
    lead.says("La preuve du concept est faite", "3 avis favorables sur 4")
    assert f"Vu par {SECOND}" in visitor.go(pool).inner_text("main")


def ended(
    pool: str, options: dict[str, str], funder: Person, visit: Callable[..., Any], server: Any
) -> None:
    """Two more confirmations, one signed by two; a decline with its reasons; an expiry."""
    confirm(funder, options[FOUR_EYES], ADOPTERS[1])
    second = arrives(visit, "second@enerterre.example", "fr")
    second.go(options[FOUR_EYES])
    second.press(button("/signer"))
    second.says("Confirmée")
    confirm(funder, options[SECOND], ADOPTERS[2])
    funder.go(f"{options[DECLINING]}/decliner")
    funder.send(reason="Le budget est engagé ailleurs (fictif).")
    funder.says("Le budget est engagé ailleurs")
    server.python(
        "import datetime as dt, django; django.setup()\n"
        "from django.utils import timezone\n"
        "from essaim.funding.actions.ending import expire_due\n"
        "for _time in range(2): expire_due(timezone.localdate() + dt.timedelta(days=11))"
    )
    funder.go(options[EXPIRING])
    funder.says("Expired")
    funder.go(pool)


def paid(option: str, lead: Person, adopter: Person) -> None:
    """The act commits, the milestone is reached, the adopter asks, the payment is recorded."""
    lead.go(f"{option}/acte")
    lead.page.locator("main input[type=file]").set_input_files(
        {"name": "deliberation.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    lead.send(
        nature="deliberation", reference="DEL-2026-7", on=later(0), signatory="présidente",
        amount_cents="40 000,50", convention_reference="CONV-7", convention_on=later(0),
        accounting_reference="EJ-7",
    )  # fmt: skip
    lead.go(f"{option}/versements")
    lead.send(label="Premiers chantiers", amount_cents="20 000,25", planned_on=later(30))
    lead.press("a[href$='/atteint']")
    lead.send(on=later(0))
    adopter.go("/mon-espace")
    adopter.says("Demander un versement")
    adopter.go(option)
    adopter.press("a[href$='/demander']")
    adopter.send(amount_cents="20 000,25")
    lead.go(option)
    lead.press("a[href$='/verser']")
    lead.send(on=later(0), reference="MANDAT-7")
    lead.says("Versé.")


def alive(options: dict[str, str], funder: Person, adopter: Person, holder: Person) -> None:
    """Agreed by their adopters and opened; what one adapts comes back to the card."""
    for _time in range(2):
        agreed(adopter)
    sites = []
    for name in (LEAD, FOUR_EYES, SECOND):
        adopter.go(options[name])
        adopter.press("main a[href^='/reprises/'], a[href^='/reprises/']")
        sites.append(adopter.path)
        adopter.press("a[href$='/etape/live']")
        adopter.send(on=later(0))
        adopter.says("donner des nouvelles chaque trimestre")
    adopter.go(sites[2])
    adopter.says("A appris de", "Qui finance ce site")
    adopter.go(f"{sites[2]}/adaptations/ajouter")
    margin = adopter.page.locator("[name=component] option", has_text="La terre").first
    adopter.send(
        component=margin.get_attribute("value"), what="Torchis au lieu de terre crue (fictif)",
        on=later(0), nature="planned", decided_by="comité", why="Pans de bois (fictif)",
        effect="better",
    )  # fmt: skip
    adopter.press(button("/proposer"))
    holder.go(f"/initiatives/{CARD}/propositions")
    holder.press("main a[href*='/propositions/'], a[href*='/propositions/']")
    holder.press(button("/accepter"))
    holder.go(f"/initiatives/{CARD}")
    assert "Torchis au lieu de terre crue" in holder.page.content()
    funder.go(options[SECOND])
