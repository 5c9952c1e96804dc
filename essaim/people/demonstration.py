"""Invented people for a trial on one's own machine: one for each role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction

from essaim.people.actions import accounts, organisations
from essaim.people.models import OrganisationKind, User

# Known to whoever reads this file: these accounts exist on a local machine only.
PASSWORD = "essaim-demonstration"  # noqa: S105


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    is_manager: bool = False
    is_administrator: bool = False
    organisation: tuple[str, str] | None = None  # name and nature, as the cards name it


PEOPLE = [
    Person("membre@essaim.example", "Dominique Membre (fictif)"),
    Person(
        "porteur@essaim.example",
        "Camille Porteur (fictif)",
        organisation=("Centre communal d’action sociale de Grenoble", OrganisationKind.CCAS),
    ),
    Person("animateur@essaim.example", "Claude Animateur (fictif)", is_manager=True),
    Person("admin@essaim.example", "Andrea Administrateur (fictif)", is_administrator=True),
]


def load_people(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Create those who are missing, then say how to sign in. Nothing outside a local machine:
    their password is public."""
    if not settings.LOCAL:
        return
    for person in PEOPLE:
        _load(person)
    out.write("Sign in with one of these invented accounts:\n")
    for person in PEOPLE:
        out.write(f"  {person.email:28} {PASSWORD}  {person.name}\n")


@transaction.atomic
def _load(person: Person) -> None:
    if User.objects.filter(email=person.email).exists():
        return
    user = accounts.create_account(
        email=person.email,
        name=person.name,
        password=PASSWORD,
        is_manager=person.is_manager,
        is_administrator=person.is_administrator,
    )
    if person.organisation:
        name, kind = person.organisation
        organisation, _created = organisations.find_or_create_organisation(name=name, kind=kind)
        organisations.add_member(organisation, user)
