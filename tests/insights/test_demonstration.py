"""What a trial begins with: figures, and a card whose invented sites can be followed."""

from __future__ import annotations

import io
from typing import Any

import pytest

from essaim.insights.demonstration import BEGUN, BY, CARD, PLACES, load_figures
from essaim.insights.models import CardForecast, Figure
from essaim.replications.models import NeedEstimate, Replication
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def test_a_spread_of_nine_years_that_enters_no_public_total(settings: Any) -> None:
    settings.LOCAL = True
    for code in PLACES:
        TerritoryFactory(kind="department", code=code)
    for name in BY:
        UserFactory(email=f"{name}@essaim.example")
    InitiativeFactory(external_id=CARD, published=True)
    out = io.StringIO()
    for _time in range(2):
        load_figures(out=out)
    assert out.getvalue().count("figures") == 1
    sites = Replication.objects.committed()
    assert sites.count() == sum(BEGUN)
    assert all("fictif" in name for name in sites.values_list("adopter__name", flat=True))
    assert all("fictif" in each.source for each in NeedEstimate.objects.all())
    found = CardForecast.objects.get()
    assert found.series["invented"] and found.series["committed"] == list(BEGUN)
    assert found.result is not None and found.met["stops"]["high"] < found.market["central"]
    whole = Figure.objects.of_latest().of_the_whole().filter(key="sites", dimension="")
    assert {f.scope: f.value for f in whole} == {"public": 0, "invented": sum(BEGUN)}
    needs = Figure.objects.of_latest().filter(key="need_aimed", dimension="")
    assert {f.scope: bool(f.value) for f in needs} == {"public": False, "invented": True}
