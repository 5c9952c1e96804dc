"""Invented people for a trial on one's own machine: one for each role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction

from essaim.people.actions import accounts, networks, organisations
from essaim.people.models import (
    Function,
    Membership,
    NetworkMembership,
    Organisation,
    OrganisationKind,
    User,
)
from essaim.territories.models import Territory

# Known to whoever reads this file: these accounts exist on a local machine only.
PASSWORD = "essaim-demonstration"  # noqa: S105


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    is_manager: bool = False
    is_administrator: bool = False
    # Name and nature, as the cards name it, and its territory's address.
    organisation: tuple[str, str, str] | None = None
    role: str = Membership.Role.MEMBER
    functions: tuple[str, ...] = ()


REPRESENTATIVE = Membership.Role.REPRESENTATIVE
GRENOBLE = (
    "Centre communal d’action sociale de Grenoble",
    OrganisationKind.CCAS,
    "commune:38185",
)
UNCCAS = (
    "Union nationale des centres communaux et intercommunaux d’action sociale (UNCCAS)",
    OrganisationKind.NETWORK,
    "",
)
FUNDER = ("Département du Val-Cendré (fictif)", OrganisationKind.LOCAL_AUTHORITY, "")
ADOPTER = ("CCAS de Rochebrune-sur-Loue (fictif)", OrganisationKind.CCAS, "")
PEOPLE = [
    Person("membre@essaim.example", "Dominique Membre (fictif)"),
    Person(
        "porteur@essaim.example",
        "Camille Porteur (fictif)",
        organisation=GRENOBLE,
        functions=(Function.HOLDER,),
    ),
    Person(
        "responsable@essaim.example",
        "Maxime Responsable (fictif)",
        organisation=GRENOBLE,
        role=REPRESENTATIVE,
        functions=(Function.HOLDER,),
    ),
    Person(
        "reseau@essaim.example",
        "Alex Réseau (fictif)",
        organisation=UNCCAS,
        role=REPRESENTATIVE,
        functions=(Function.PEER,),
    ),
    Person(
        "financeur@essaim.example",
        "Morgan Financeur (fictif)",
        organisation=FUNDER,
        role=REPRESENTATIVE,
        functions=(Function.FUNDER,),
    ),
    Person(
        "repreneur@essaim.example",
        "Charlie Repreneur (fictif)",
        organisation=ADOPTER,
        role=REPRESENTATIVE,
        functions=(Function.ADOPTER,),
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
    _join_networks()
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
        organisations.add_member(
            _organisation(*person.organisation), user, role=person.role, functions=person.functions
        )


def _organisation(name: str, kind: str, place: str) -> Organisation:
    territory = Territory.objects.by_code(place).first() if place else None
    found, _created = organisations.find_or_create_organisation(
        name=name, kind=kind, territory=territory
    )
    return found


def _join_networks() -> None:
    """Once: what became of a proposal or a membership stays."""
    network, members = _organisation(*UNCCAS), [_organisation(*GRENOBLE), _organisation(*ADOPTER)]
    if NetworkMembership.objects.filter(network=network).exists():
        return
    by, agreeing = (
        User.objects.get(email=f"{name}@essaim.example") for name in ("reseau", "responsable")
    )
    agreed = networks.propose(network, members[0], by_network=True, by=by)
    networks.accept(agreed, by=agreeing)
    networks.propose(network, members[1], by_network=True, by=by)
