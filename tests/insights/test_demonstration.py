"""What a trial begins with: figures, and a card whose invented sites can be followed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.dispatch import Signal

from essaim.common import prepare
from essaim.insights.demonstration import BEGUN, BY, CARD, PLACES, compute_figures, load_spread
from essaim.insights.models import CardForecast, Figure, Snapshot
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
        load_spread(out=out)
        compute_figures(out=out)
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


def test_the_first_figures_count_what_is_loaded_last(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the order in which the rooms load, and once."""
    settings.LOCAL = True
    rooms = Signal()
    monkeypatch.setattr(prepare, "load_demonstration", rooms)
    loaded: list[Any] = []

    def last(sender: Any, **kwargs: Any) -> None:
        loaded.append(InitiativeFactory(published=True))

    rooms.connect(load_spread)
    rooms.connect(last)
    out = io.StringIO()
    for _time in range(2):
        call_command("load_demonstration", stdout=out)
    assert out.getvalue().count("figures") == Snapshot.objects.count() == 1
    cards = Figure.objects.of_latest().of_the_whole().get(key="cards", scope="public", dimension="")
    assert (cards.value, len(loaded)) == (1, 2)


def test_a_site_that_is_no_trial_computes_them_at_night(settings: Any) -> None:
    settings.LOCAL = False
    compute_figures(out=io.StringIO())
    assert not Snapshot.objects.exists()
