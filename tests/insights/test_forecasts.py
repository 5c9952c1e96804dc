"""What a known need says of a forecast: met, met later, or not; and what more effort would change."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from essaim.insights.actions.forecasts import _fitted
from essaim.insights.models import CardForecast
from essaim.insights.pictures import curve, met_with_more, more_effort
from essaim.insights.uptake import Uptake, to_commit
from tests.insights.test_pages import in_english, text
from tests.replications.factories import world

# A whole spread of 21 sites, past its summit in 2019: alone it ends at 22 or so.
BEGUN = [1, 1, 2, 3, 4, 4, 3, 2, 1]
UPTAKE = Uptake(1.0, [2014.0 + n for n in range(9)], BEGUN, [0] * 9, 0, False)


def need(central: float, *, standing: int = 21, stopped: int = 0, **bounds: float) -> Any:
    return {
        "low": central, "high": central, "central": central, "per_site": 10.0, "told": 1,
        "aimed": central * 10, "standing": standing, "stopped": stopped,
    } | bounds  # fmt: skip


class TestAKnownNeed:
    def test_met_already_is_the_end_and_no_refusal(self) -> None:
        found = _fitted(UPTAKE, need(20))
        assert found["refusal"] is None and found["result"] is None
        assert found["met"] == {"covered": {"sites": 21, "high_too": True}}
        unsure = _fitted(UPTAKE, need(20, high=30))
        assert unsure["met"]["covered"]["high_too"] is False

    def test_sites_that_stopped_do_not_meet_it(self) -> None:
        found = _fitted(UPTAKE, need(20, standing=18, stopped=3))
        assert "covered" not in found["met"] and found["refusal"] is None
        # 20 standing ask for 23 commitments, of which 21 are made.
        assert to_commit(need(20, standing=18, stopped=3)) == 23
        assert found["result"]["m"] == pytest.approx(23, abs=2)

    def test_the_data_s_own_curve_stops_before_it(self) -> None:
        found = _fitted(UPTAKE, need(500))
        assert found["met"]["stops"]["high"] < 500 and found["result"]["market"] == "free"

    def test_met_later_between_the_bounds_of_the_need(self) -> None:
        growing = Uptake(1.0, [2014.0 + n for n in range(7)], [1, 1, 2, 3, 5, 8, 12], [0] * 7, 0, False)  # fmt: skip
        found = _fitted(growing, need(100, standing=32, low=80.0, high=130.0))
        met = found["met"]
        assert found["result"]["market"] == "fixed" and found["result"]["m"] == 100
        assert 2020 < met["low"] <= met["central"] <= met["high"] < 2070
        small = _fitted(growing, need(100, standing=32, low=30.0))
        assert small["met"]["low"] == 2020  # met already, if the need is that small


class TestMoreEffort:
    def test_goes_on_to_the_need_where_the_data_s_curve_ends(self) -> None:
        steps = more_effort(0.03, 0.4, 22, total=21, extra=5, periods=10, need=40)
        assert steps == sorted(steps) and steps[0] > 26 and steps[-1] == 40
        assert more_effort(0.03, 0.4, 22, total=21, extra=5, periods=10)[-1] == 22
        assert more_effort(0.03, 0.4, 22, total=45, extra=5, periods=2, need=40) == [45, 45]

    def test_says_when(self) -> None:
        result = {"p": 0.0, "q": 0.0, "m": 22.0, "last": 2022.0}
        # 19 missing, 5 a year: at the end of the fourth.
        assert met_with_more(UPTAKE, result, 40, 5, years=50) == 2026
        assert met_with_more(UPTAKE, result, 40, 0.25, years=50) is None

    def test_a_need_above_the_picture_says_so(self) -> None:
        drawn = curve(UPTAKE, None, need(500))
        assert drawn.need == "" and drawn.need_above
        assert curve(UPTAKE, None, need(25)).need and not curve(UPTAKE, None, None).need_above


@pytest.mark.django_db
def test_the_page_says_that_the_need_is_met() -> None:
    there = world()
    market = need(2, standing=2)
    year = timezone.localdate().year
    uptake = Uptake(1.0, [year - 1.0], [2], [0], 0, False)
    CardForecast.objects.create(
        initiative=there.card, series=uptake.to_dict(), market=market, **_fitted(uptake, market)
    )
    address = f"/initiatives/{there.card.slug}/reprises/prevision"
    page = text(Client(), address)
    assert "Le besoin est couvert" in page and "plus petit" not in page
    assert "Pas de prévision" not in page and "Parrains de plus" not in page
    assert "The need is met" in text(in_english(), address)


@pytest.mark.django_db
def test_the_page_of_an_hypothesis_keeps_sponsors_and_helped_sites_apart() -> None:
    there = world()
    market = need(500)
    CardForecast.objects.create(
        initiative=there.card, series=UPTAKE.to_dict(), market=market, **_fitted(UPTAKE, market)
    )
    address = f"/initiatives/{there.card.slug}/reprises/prevision"
    page = text(Client(), address)
    assert "ne serait pas couvert" in page and "Sous cette hypothèse" not in page
    assert "est au-dessus de l’image" in page
    both = text(Client(), f"{address}?parrains=30&aides=20")
    assert 'value="30"' in both and 'value="20"' in both
    assert "Sous cette hypothèse, le besoin serait couvert en 2032." in both
    assert "avant cinquante ans" in text(Client(), f"{address}?parrains=1")
