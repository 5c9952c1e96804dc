"""A card whose economics are easy to work out by hand, and a workshop on it."""

from __future__ import annotations

from typing import Any

from essaim.initiatives.models import EconomicLine, Initiative
from essaim.modelling.actions.workshops import open_workshop
from essaim.modelling.models import ModelSheet, SheetLine, Workshop
from essaim.people.models import Membership
from tests.initiatives.factories import ComponentFactory, EconomicLineFactory, InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

Line = EconomicLine.Line
GRID: list[tuple[str, str, Any, Any, Any, str, str, str]] = [
    (Line.INVESTMENT, "Local", 10_000, 12_000, 20_000, "€", "", "Ville"),
    (Line.SETUP_STAFF, "Montage", 10, 20, 30, "jours", "", "Association"),
    (Line.RUNNING_STAFF, "Animateur", None, 1, None, "ETP", "year", "Association"),
    (Line.RUNNING_COSTS, "Loyer", 500, 600, 800, "€", "month", "ville"),
    (Line.EXCEPTIONAL_FUNDING, "Démarrage", 5_000, 10_000, 15_000, "€", "", "Fondation"),
    (Line.AVOIDED_COSTS, "Nuits d’hôtel", 30_000, 60_000, 80_000, "€", "year", "Département"),
]


def worked_card(**fields: Any) -> Initiative:
    card = InitiativeFactory(**({"published": True, "author": UserFactory()} | fields))
    for position, (line, label, low, central, high, unit, period, payer) in enumerate(GRID):
        EconomicLineFactory(
            initiative=card, position=position, line=line, label=label, low=low, central=central,
            high=high, unit=unit, period=period, payer=payer,
        )  # fmt: skip
    return card


def sheet_of(card: Initiative, **fields: Any) -> ModelSheet:
    """With a line of each topic."""
    texts = {"legal_basis": "Une convention avec la commune.", "contraindications": "Sans local."}
    sheet = ModelSheet.objects.create(initiative=card, **(texts | fields))
    for topic in SheetLine.Topic:
        SheetLine.objects.create(
            sheet=sheet, topic=topic, name=f"Ligne {topic}", detail="Précision", more="Complément"
        )
    return sheet


def workshop_on(card: Initiative, *, facilitator: Any = None) -> Workshop:
    """With the card's author for the holder, and a facilitator of the holder's organisation."""
    if not card.components.exists():
        for position, name in enumerate(["Trois mois", "Chef du métier", "Lieu"]):
            ComponentFactory(initiative=card, name=name, position=position, kind="margin", why="")
    if card.holder_id is None:
        card.holder = OrganisationFactory()
        card.save(update_fields=["holder"])
    if facilitator is None:
        facilitator = UserFactory()
        MembershipFactory(user=facilitator, organisation=card.holder)
    if not Membership.objects.filter(user=card.author, organisation=card.holder).exists():
        MembershipFactory(user=card.author, organisation=card.holder)
    return open_workshop(card, facilitator=facilitator, participant=card.author, by=card.author)
