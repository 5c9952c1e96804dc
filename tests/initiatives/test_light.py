"""Cards in plain rows give the very records that whole ones give."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from essaim.initiatives.interchange.light import light_cards
from essaim.initiatives.interchange.matching import with_everything
from essaim.initiatives.interchange.record import dumps, to_record
from essaim.initiatives.models import Initiative
from essaim.modelling.models import EconomicAssumptions, SharedLine
from essaim.themes.matching import Vocabulary
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import OrganisationFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def rich() -> Any:
    card = InitiativeFactory(published=True, rich=True)
    card.holder = OrganisationFactory(territory=TerritoryFactory())
    card.unmatched = {"extra": {"couleur": "vert"}, "territories": ["Là-bas"]}
    card.save()
    EconomicAssumptions.objects.create(initiative=card, beneficiaries=120, source="Bilan")
    SharedLine.objects.create(line=card.economics.all()[0])
    return card


def test_the_same_records() -> None:
    cards = [
        rich(),
        InitiativeFactory(),
        InitiativeFactory(published=True, holder=None, tags=["x"]),
    ]
    keys = [card.pk for card in cards]
    vocabulary = Vocabulary.load()
    light = light_cards(Initiative.objects.all(), keys)
    for card in with_everything(Initiative.objects.filter(pk__in=keys)):
        whole = dumps(to_record(card, vocabulary))
        assert dumps(to_record(light[card.pk], vocabulary)) == whole
    said = to_record(light[cards[0].pk], vocabulary)
    assert said["economic_assumptions"]["beneficiaries"] == 120
    assert said["economics"][0]["shared"] and said["couleur"] == "vert"


def test_only_those_that_may_be_read_in_as_many_queries() -> None:
    draft, counts = InitiativeFactory(), []
    keys = [draft.pk]
    for _each in range(3):
        keys.append(rich().pk)
        with CaptureQueriesContext(connection) as captured:
            found = light_cards(Initiative.objects.published(), keys)
        assert draft.pk not in found and len(found) == len(keys) - 1
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2]
