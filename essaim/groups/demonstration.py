"""One invented group of départements, for a trial on one's own machine."""

from __future__ import annotations

import uuid
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import translation

from essaim.groups import actions
from essaim.groups.models import Group
from essaim.people.actions.accounts import create_account
from essaim.people.actions.organisations import add_member, find_or_create_organisation
from essaim.people.demonstration import PASSWORD
from essaim.people.models import Membership, OrganisationKind, User
from essaim.territories.models import Territory

STEWARD = "isere@essaim.example"
NEIGHBOUR = "savoie@essaim.example"
PEOPLE = [
    (STEWARD, "Sacha Isère (fictif)", "Service départemental de l’Isère (fictif)", "38"),
    (NEIGHBOUR, "Noa Savoie (fictif)", "Service départemental de la Savoie (fictif)", "73"),
]
MEMBERS = ["38", "73", "05", "48"]
KEY = uuid.uuid5(uuid.NAMESPACE_URL, "essaim:groups:1")


def load_group(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the actions; nothing outside a local machine, since these accounts have a
    public password."""
    if not settings.LOCAL:
        return
    places = {
        each.code: each
        for each in Territory.objects.current().filter(kind="department", code__in=MEMBERS)
    }
    known = Group.objects.filter(submission=KEY).exists()
    if not known and len(places) == len(MEMBERS):
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
            _load(places)
    for email, name, _body, _code in PEOPLE:
        out.write(f"  {email:28} {PASSWORD}  {name}\n")


def _load(places: dict[str, Territory]) -> None:
    people = []
    for email, name, body, code in PEOPLE:
        known = User.objects.filter(email=email).first()
        person = known or create_account(email=email, name=name, password=PASSWORD)
        organisation, _made = find_or_create_organisation(
            name=body, kind=OrganisationKind.LOCAL_AUTHORITY, territory=places[code]
        )
        add_member(organisation, person, role=Membership.Role.REPRESENTATIVE)
        people.append(person)
    group = actions.make_group(
        by=people[0],
        name="Départements de montagne (fictif)",
        purpose="Rapprocher les services publics des vallées : essayer ensemble, comparer, et"
        " demander une seule fois. Exemple inventé.",
        territories=[places[code] for code in MEMBERS],
        submission=KEY,
    )
    # Isère is a member at once, Savoie has agreed, the two others have not answered yet.
    actions.accept(group.members.get(territory=places["73"]), by=people[1])
