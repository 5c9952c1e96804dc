"""A campaign of one centre with its territories, through the actions."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

from essaim.dialogues.actions import campaigns, findings, proposals, territories
from essaim.dialogues.models import (
    Campaign,
    CampaignIndicator,
    Dialogue,
    Module,
    Proposal,
    Session,
)
from essaim.people.models import Membership
from essaim.territories.models import IndicatorValue
from tests.dates import today
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory
from tests.territories.factories import IndicatorFactory, TerritoryFactory
from tests.themes.factories import ThemeFactory


def representative(organisation: Any) -> Any:
    return MembershipFactory(organisation=organisation, role=Membership.Role.REPRESENTATIVE).user


def begun(centre: Any = None, *, by: Any = None, **fields: Any) -> Campaign:
    centre = centre or OrganisationFactory()
    values: dict[str, Any] = {
        "title": "Campagne des vallées", "year": today().year, "opens_on": today(-30),
        "answers_by": today(30), "ends_on": today(200), "least_level": 2,
    }  # fmt: skip
    return campaigns.begin(
        centre, by=by or representative(centre), submission=uuid.uuid4(), **(values | fields)
    )


def measured(campaign: Campaign, **fields: Any) -> CampaignIndicator:
    """A threshold of 40 on a series of the territories, unless told otherwise."""
    values: dict[str, Any] = {
        "series": IndicatorFactory(), "worse": "high", "rule": "threshold", "limit": 40.0,
        "count": None, "themes": [ThemeFactory()],
    }  # fmt: skip
    return campaigns.add_indicator(campaign, submission=uuid.uuid4(), **(values | fields))


def value(indicator: CampaignIndicator, territory: Any, figure: float, year: int = 2024) -> None:
    IndicatorValue.objects.create(
        indicator=indicator.series, territory=territory, year=year, value=figure
    )


def card(*themes: Any, level: int = 2, **fields: Any) -> Any:
    made = InitiativeFactory(published=True, **fields)
    made.themes.set(themes)
    # Derived from proofs: set as such, once the factory has derived it.
    type(made).objects.filter(pk=made.pk).update(proof_level=level)
    made.refresh_from_db()
    return made


def talk(
    *, sent: bool = False, proposed: bool = True, centre: Any = None, body: Any = None,
    **fields: Any,
) -> SimpleNamespace:  # fmt: skip
    """One territory in difficulty, its manager, a validated practice proposed."""
    centre, body = centre or OrganisationFactory(), body or OrganisationFactory()
    head, person = representative(centre), representative(body)
    campaign = begun(centre, by=head, **fields)
    indicator = measured(campaign)
    place = TerritoryFactory()
    value(indicator, place, 50.0)
    territories.add_territories(campaign, [place])
    dialogue = campaign.dialogues.get()
    territories.add_organisation(dialogue, body)
    findings.take_findings(campaign)
    campaign = campaigns.open_campaign(campaign)
    practice = card(indicator.themes.get())
    one = (
        proposals.propose(dialogue, practice, by=head, submission=uuid.uuid4())
        if proposed
        else None
    )
    if sent:
        dialogue = proposals.send(dialogue, by=head)
    return SimpleNamespace(
        campaign=campaign, dialogue=Dialogue.objects.get(pk=dialogue.pk), indicator=indicator,
        place=place, card=practice, proposal=one, head=head, person=person, centre=centre,
        body=body,
    )  # fmt: skip


def adopted(there: SimpleNamespace, **fields: Any) -> Proposal:
    return proposals.choose(there.proposal, "adopted", by=there.person, **fields)


def module_of(card: Any, **fields: Any) -> Module:
    values = {"title": "Accueillir", "hours": "3.5", "audience": "agents d’accueil"}
    return Module.objects.create(initiative=card, **(values | fields))


def session_of(module: Module, days: int = 30, **fields: Any) -> Session:
    """In so many days, of an organisation of its own."""
    values: dict[str, Any] = {
        "setting": "continuing", "starts_on": today(days), "ends_on": today(days),
        "link": "https://exemple.fr/inscription",
    }  # fmt: skip
    if "organisation" not in fields:
        values["organisation"] = OrganisationFactory()
    return Session.objects.create(module=module, **(values | fields))
