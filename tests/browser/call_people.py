"""Those who take part in the story of a call, and how each moves through the pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, ClassVar

from essaim.people.demonstration import PASSWORD

MANAGER, OFFICER = "animateur@essaim.example", "appels@essaim.example"
AGENCY = "Agence des initiatives reprises (fictif)"
# name, address, organisation: the sites that apply, then those who read.
SITES = {
    "alone": ("Sacha Bourg (fictif)", "bourg@essaim.example", "Service social du Bourg (fictif)"),
    "leads": ("Lou Vallon (fictif)", "vallon@essaim.example", "Entraide du Vallon (fictif)"),
    "along": ("Noé Plateau (fictif)", "plateau@essaim.example", "Relais du Plateau (fictif)"),
    "late": ("Ève Rivage (fictif)", "rivage@essaim.example", "Atelier du Rivage (fictif)"),
}
# SIREN, name and address of a town without a page here, in each telling.
TOWNS = {
    "fr": ("900777103", "Commune du Plateau (fictif)", "mairie-du-plateau@essaim.example"),
    "en": ("900777301", "Commune des Vallons (fictif)", "mairie-des-vallons@essaim.example"),
}
READERS = {
    "innovators": ("Ida Pionnière (fictif)", "pionniere@essaim.example", "Pionniers (fictif)"),
    "users": ("Ugo Usager (fictif)", "usager@essaim.example", "Usagers réunis (fictif)"),
    "jury": ("Jo Jury (fictif)", "ami-jury@essaim.example", "Cercle des jurys (fictif)"),
}

# Accounts and the organisations they represent; nothing of the call.
ACCOUNTS = """
import json, sys, django; django.setup()
from essaim.people.actions.accounts import create_account
from essaim.people.actions.organisations import add_member, find_or_create_organisation
from essaim.people.models import Membership, OrganisationKind, User
from essaim.territories.models import Territory
for number, (name, email, organisation) in enumerate(json.loads(sys.stdin.read())):
    if User.objects.filter(email=email).exists():
        continue
    person = create_account(email=email, name=name, password="{password}")
    place = Territory.objects.filter(kind="commune", code=["38185", "69123", "59350", "35238"][number % 4]).first()
    found, _made = find_or_create_organisation(
        name=organisation, kind=OrganisationKind.ASSOCIATION, territory=place
    )
    add_member(found, person, role=Membership.Role.REPRESENTATIVE)
"""


def make_accounts(server: Any) -> None:
    people = json.dumps([*SITES.values(), *READERS.values()])
    server.python(
        f"import io, sys; sys.stdin = io.StringIO({people!r})\n"
        + ACCOUNTS.replace("{password}", PASSWORD)
    )


class Person:
    """One account in one browser. Each page that people come to is checked: once as it stands, and
    again when what it begins with (where the thing is, what comes next) has changed."""

    seen: ClassVar[set[tuple[str, str]]] = set()  # by anyone of the story

    def __init__(self, visit: Any, language: str, email: str = ""):
        """``email``: of the account, "" for someone without."""
        self.visit = visit
        self.email = email
        self.language = language
        if email:
            visit.sign_in(email, PASSWORD)

    @property
    def page(self) -> Any:
        return self.visit.page

    @property
    def path(self) -> str:
        return "/" + str(self.page.url).split("/", 3)[3]

    def go(self, path: str) -> Any:
        self.visit.go(path)
        self.check()
        return self.page

    def check(self) -> None:
        self.page.locator("h1").first.wait_for()  # what a key sent may be on its way
        assert self.page.locator("h1").count() == 1, self.page.url
        begins = str(self.page.locator("main").inner_text())[:400]
        known = (re.sub(r"\d+", "n", self.path), re.sub(r"\d+", "n", begins))
        if known not in self.seen or self.visit.errors:
            self.visit.check()
            self.seen.add(known)

    def press(self, selector: str) -> Any:
        """A button or a link of the page, and what comes after it."""
        self.page.locator("main").locator(selector).locator("visible=true").first.click()
        self.page.wait_for_load_state()
        self.check()
        return self.page

    def send(self, **values: Any) -> Any:
        """Fill in the fields by name, and press the first button of the form that holds them."""
        for name, value in values.items():
            self.give(name, value)
        form = self.page.locator("main form").filter(
            has=self.page.locator(f"[name={list(values)[-1]}]")
        )
        form.locator("button[type=submit]").first.click()
        self.page.wait_for_load_state()
        self.check()
        return self.page

    def give(self, name: str, value: Any) -> None:
        found = self.page.locator(f"main [name={name}]")
        kind = found.first.get_attribute("type") or ""
        if kind == "radio":
            found.and_(self.page.locator(f"[value='{value}']")).check(force=True)
        elif kind == "checkbox" and isinstance(value, bool):
            found.first.set_checked(value, force=True)
        elif kind == "checkbox":
            for each in value:
                found.and_(self.page.locator(f"[value='{each}']")).check(force=True)
        elif found.first.evaluate("field => field.tagName") == "SELECT":
            found.first.select_option(value)
        else:
            found.first.fill(str(value))

    def says(self, *words: str) -> None:
        """The page, as it is read."""
        text = " ".join(self.page.locator("main").inner_text().split())
        for each in words:
            assert each in text, f"« {each} » is not on {self.page.url}:\n{text[:3000]}"

    def is_told(self, french: str, english: str) -> None:
        """Our words, in the language that this person reads."""
        self.says(french if self.language == "fr" else english)


class Cast:
    """Everyone who takes part in one telling, in its language; ``narrow``: roles on a telephone."""

    def __init__(self, visit: Callable[..., Any], language: str, narrow: set[str]):
        self.visit, self.language, self.narrow = visit, language, narrow

    def arrives(self, role: str, email: str = "") -> Person:
        width = 360 if role in self.narrow else 1280
        return Person(self.visit(width=width, language=self.language), self.language, email)

    def visitor(self, role: str) -> Person:
        return self.arrives(role)
