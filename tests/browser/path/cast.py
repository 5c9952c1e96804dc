"""Accounts, organisations and territories: all that exists before the first page is opened."""

from __future__ import annotations

import json
from typing import Any

from essaim.people.demonstration import PASSWORD

# Who plays: name, organisation, role there, functions. All invented.
RESCUE = "Service d’incendie et de secours des Trois-Vallées (fictif)"
TOWN = "Communauté de communes des Hauts-Vallons (fictif)"
NEIGHBOUR = "Communauté de communes du Val-Brûlé (fictif)"
TOWN_CENTRE = "Centre intercommunal des Hauts-Vallons (fictif)"
NEIGHBOUR_CENTRE = "Maison des familles du Val-Brûlé (fictif)"
AGENCY = "Mission de l’innovation des services de secours (fictif)"
PEOPLE: dict[str, tuple[str, str, str, list[str]]] = {
    "agent": ("Maël Agent (fictif)", RESCUE, "representative", ["holder"]),
    "mayor": ("Aude Maire (fictif)", TOWN, "representative", ["funder"]),
    "neighbour": ("Yann Voisin (fictif)", NEIGHBOUR, "representative", ["funder"]),
    "centre": ("Inès Repreneuse (fictif)", TOWN_CENTRE, "representative", ["adopter"]),
    "house": ("Tom Repreneur (fictif)", NEIGHBOUR_CENTRE, "representative", ["adopter"]),
    "officer": ("Lise Chargée (fictif)", AGENCY, "member", []),
    "facilitator": ("Rose Facilitatrice (fictif)", AGENCY, "member", []),
    "first_reader": ("Noé Lecteur (fictif)", "", "", []),
    "second_reader": ("Eva Lectrice (fictif)", "", "", []),
    "manager": ("Paul Animateur (fictif)", "", "", []),
}
# The two rural intercommunalities and their region, in the official geographic code.
KINDS = {
    RESCUE: ("territorial_service", ""),
    TOWN: ("local_authority", "town"),
    NEIGHBOUR: ("local_authority", "neighbour"),
    TOWN_CENTRE: ("ccas", "town"),
    NEIGHBOUR_CENTRE: ("association", "neighbour"),
    AGENCY: ("territorial_service", ""),
}

SETTING = """
import json, django; django.setup()
from essaim.people.actions.accounts import create_account
from essaim.people.actions.organisations import add_member, find_or_create_organisation
from essaim.people.models import Membership, User
from essaim.territories.models import Territory
places = Territory.objects.current().filter(
    kind="epci", nature="CC", population__range=(5_000, 9_000),
    up__ancestor__kind="region", up__ancestor__code="27",
).order_by("code")
places = {{"town": places[0], "neighbour": places[1], "origin": places[2]}}
for who, (name, organisation, role, functions) in json.loads({people!r}).items():
    user = create_account(
        email=who + "@recit.example", name=name, password={password!r},
        is_manager=who == "manager",
    )
    if organisation:
        kind, place = json.loads({kinds!r})[organisation]
        found, _made = find_or_create_organisation(
            name=organisation, kind=kind, territory=places.get(place)
        )
        add_member(found, user, role=role, functions=functions)
print(json.dumps({{name: {{"address": each.address, "label": each.label, "population": each.population}}
                  for name, each in places.items()}}))
"""


def address(who: str) -> str:
    return f"{who}@recit.example"


def build(tale: Any) -> None:
    """Create them; the two places are kept as ``town`` and ``neighbour``."""
    program = SETTING.format(people=json.dumps(PEOPLE), kinds=json.dumps(KINDS), password=PASSWORD)
    for name, place in json.loads(tale.server.python(program).splitlines()[-1]).items():
        for key, value in place.items():
            tale.facts[f"{name}_{key}"] = str(value)
