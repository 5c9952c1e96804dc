"""Similar territories: equal to an independent computation, honest about what is missing."""

from __future__ import annotations

import io
import json
import math
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from scipy.spatial.distance import cdist
from scipy.stats import zscore

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.territories.models import Indicator, IndicatorValue, Territory
from essaim.territories.similar import ALL, ANY, HALF, neighbours
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def series(code: str, values: dict[Any, float | None], year: int = 2020, **fields: Any) -> Any:
    indicator = Indicator.objects.create(code=code, name=code.capitalize(), **fields)
    IndicatorValue.objects.bulk_create(
        IndicatorValue(indicator=indicator, territory=territory, year=year, value=value)
        for territory, value in values.items()
        if value is not None
    )
    return indicator


@pytest.fixture
def places(db: None) -> list[Any]:
    return [
        TerritoryFactory(kind="epci", code=f"2000001{n:02d}", population=None) for n in range(40)
    ]


@pytest.fixture
def figures(places: list[Any]) -> Any:
    """Three series, a fifth of the third unknown."""
    chance = np.random.default_rng(3)
    table = chance.normal(size=(40, 3)) * [1, 1000, 0.01] + [5, 20000, 0.3]
    table[chance.random(40) < 0.2, 2] = np.nan
    table[0, 2] = 0.3
    for at, code in enumerate("abc"):
        series(
            code,
            {p: None if math.isnan(v) else v for p, v in zip(places, table[:, at], strict=True)},
        )
    return table


def test_the_distance_is_that_of_scipy(places: list[Any], figures: Any) -> None:
    weights = np.array([1.0, 2.5, 0.5])
    z = zscore(figures, axis=0, ddof=0, nan_policy="omit")
    complete = ~np.isnan(figures).any(axis=1)
    expected = cdist(z[:1], z[complete], "seuclidean", V=1 / weights)[0]
    order = np.argsort(expected)[1:11]
    names = [place for place, whole in zip(places, complete, strict=True) if whole]
    found = neighbours(
        places[0], ["a", "b", "c"], dict(zip("abc", weights, strict=True)), in_common=ALL
    )
    assert [each.territory for each in found.neighbours] == [names[at] for at in order]
    assert [each.distance for each in found.neighbours] == pytest.approx(expected[order], rel=1e-12)
    assert found.candidates == complete.sum() - 1


def test_what_is_missing_is_left_out_and_the_rest_rescaled(places: list[Any], figures: Any) -> None:
    weights = np.array([1.0, 2.0, 1.0])
    z = zscore(figures, axis=0, ddof=0, nan_policy="omit")
    parts = weights * (z - z[0]) ** 2
    known = ~np.isnan(parts)
    squared = np.nansum(parts, axis=1) * weights.sum() / (known * weights).sum(axis=1)
    order = np.argsort(squared)[1:16]
    found = neighbours(places[0], ["a", "b", "c"], {"a": 1, "b": 2, "c": 1}, k=15)
    assert [each.territory for each in found.neighbours] == [places[at] for at in order]
    for at, each in zip(order, found.neighbours, strict=True):
        assert each.distance == pytest.approx(math.sqrt(squared[at]), rel=1e-12)
        assert each.common == known[at].sum()
        assert each.missing == ([] if known[at, 2] else ["c"])
        shares = {share.code: share.share for share in each.shares}
        assert sum(shares.values()) == pytest.approx(1)
        for n, code in enumerate("abc"):
            if known[at, n]:
                assert shares[code] == pytest.approx(parts[at, n] / np.nansum(parts[at]))
    assert any(each.missing for each in found.neighbours)


def test_one_indicator_in_common_does_not_make_a_neighbour_unless_asked(places: list[Any]) -> None:
    first, near, far, *_rest = places
    series("a", {first: 1.0, near: 5.0, far: 1.0})
    series("b", {first: 1.0, near: 2.0})
    series("c", {first: 1.0, near: 2.0})
    whole = neighbours(first)
    assert [each.territory for each in whole.neighbours] == [near]
    assert whole.set_aside == 38
    named = neighbours(first, ["a", "b", "c"])
    assert named.neighbours[0].territory == far and named.neighbours[0].common == 1
    assert len(neighbours(first, ["a", "b", "c"], in_common=HALF).neighbours) == 1
    assert len(neighbours(first, ["a", "b", "c"], in_common=ANY).neighbours) == 2


def test_an_indicator_that_is_the_same_everywhere_is_named_and_left_out(places: list[Any]) -> None:
    series("a", {place: float(n) for n, place in enumerate(places)})
    series("même", dict.fromkeys(places, 0.1))
    found = neighbours(places[0])
    assert found.constant == ["même"]
    assert [each.code for each in found.compared] == ["a"]


def test_what_the_territory_itself_lacks_is_named(places: list[Any]) -> None:
    series("a", {place: float(n) for n, place in enumerate(places)})
    series("b", {place: float(n) for n, place in enumerate(places[1:])})
    found = neighbours(places[0], ["a", "b"])
    assert found.lacking == ["b"]
    assert {each.common for each in found.neighbours} == {1}


def test_a_territory_with_no_indicator_at_all_is_told_so(places: list[Any], client: Client) -> None:
    series("a", {place: float(n) for n, place in enumerate(places[1:])})
    with pytest.raises(DomainError, match="n’a aucun des indicateurs"):
        neighbours(places[0])
    page = client.get(f"/territoires/{places[0].address}/semblables")
    assert page.status_code == 200 and "Pas de comparaison" in page.content.decode()


def test_population_is_always_there_and_the_kinds_never_mix(db: None) -> None:
    small = TerritoryFactory(kind="commune", population=100)
    other = TerritoryFactory(kind="commune", population=130)
    TerritoryFactory(kind="commune", population=9000)
    TerritoryFactory(kind="department", code="D1", population=100)
    unknown = TerritoryFactory(kind="commune", population=None)
    found = neighbours(small)
    assert found.neighbours[0].territory == other
    assert unknown not in [each.territory for each in found.neighbours]
    assert len(found.neighbours) == 2


def test_the_latest_year_of_each_counts(places: list[Any]) -> None:
    indicator = series("a", {place: float(n) for n, place in enumerate(places)}, year=2015)
    IndicatorValue.objects.create(indicator=indicator, territory=places[9], year=2019, value=0.1)
    found = neighbours(places[0], ["a"])
    assert found.neighbours[0].territory == places[9]
    assert found.neighbours[0].shares[0].year == 2019


def test_equals_come_in_the_order_of_their_codes(places: list[Any]) -> None:
    series("a", {place: float(n > 30) for n, place in enumerate(places)})
    found = neighbours(places[0], ["a"], k=5)
    assert [each.territory for each in found.neighbours] == places[1:6]
    assert {each.distance for each in found.neighbours} == {0.0}
    assert {share.share for each in found.neighbours for share in each.shares} == {0.0}


@pytest.mark.parametrize("weight", [-1, math.inf, math.nan])
def test_a_weight_that_is_none_is_refused(places: list[Any], figures: Any, weight: float) -> None:
    with pytest.raises(DomainError, match="poids"):
        neighbours(places[0], ["a"], {"a": weight})


def test_unknown_indicators_zero_weights_and_ended_territories_are_refused(
    places: list[Any], figures: Any
) -> None:
    with pytest.raises(DomainError, match=french("inconnus : zzz")):
        neighbours(places[0], ["a", "zzz"])
    with pytest.raises(DomainError, match="nuls"):
        neighbours(places[0], ["a"], {"a": 0})
    Territory.objects.filter(pk=places[0].pk).update(gone_on="2020-01-01")
    places[0].refresh_from_db()
    with pytest.raises(DomainError, match="n’existe plus"):
        neighbours(places[0], ["a"])


def test_a_series_loaded_again_is_seen_at_once(places: list[Any]) -> None:
    from essaim.territories.actions.indicators import load  # noqa: F401 - what changes versions

    indicator = series("a", {place: float(n) for n, place in enumerate(places)})
    assert neighbours(places[0], ["a"]).neighbours[0].territory == places[1]
    IndicatorValue.objects.filter(territory=places[1]).update(value=100)
    indicator.version = "00000000-0000-0000-0000-000000000001"
    indicator.save()
    assert neighbours(places[0], ["a"]).neighbours[0].territory == places[2]


def command(*arguments: str) -> Any:
    out = io.StringIO()
    call_command("neighbours", *arguments, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def test_the_command_answers_one_document(places: list[Any], figures: Any) -> None:
    said = command(places[0].address, "--indicators", "a,b", "--weights", "1,2", "--k", "3")
    assert len(said["neighbours"]) == 3
    first = said["neighbours"][0]
    assert set(first) >= {"territory", "name", "distance", "common", "shares"}
    assert sum(first["shares"].values()) == pytest.approx(1)
    distances = [each["distance"] for each in said["neighbours"]]
    assert distances == sorted(distances)


def test_the_command_refuses_with_a_reason_or_as_wrong_usage(
    places: list[Any], figures: Any
) -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("neighbours", "epci:999999999", "--format", "json", stdout=out)
    assert end.value.code == 1 and json.loads(out.getvalue())["reason"]
    with pytest.raises(CommandError) as wrong:
        call_command("neighbours", places[0].address, "--indicators", "a", "--weights", "1,2")
    assert wrong.value.returncode == 2


def test_the_page_says_what_was_compared_and_lets_weights_be_changed(
    client: Client, places: list[Any], figures: Any
) -> None:
    Indicator.objects.filter(code="b").update(profile="social")
    address = f"/territoires/{places[0].address}/semblables"
    assert f'href="{address}"' in client.get(places[0].get_absolute_url()).content.decode()
    page = client.get(address)
    assert len(page.context["rows"]) == 10
    assert "Part de la distance" in page.content.decode()
    social = client.get(address + "?profile=social")
    assert [each.code for each in social.context["found"].compared] == ["b"]
    assert "Population" in social.content.decode()
    own = client.get(address + "?profile=own&use_1=on&weight_1=4&k=5&common=any")
    assert [(e.code, e.weight) for e in own.context["found"].compared] == [("a", 4.0)]
    assert len(own.context["rows"]) == 5
    wrong = client.get(address + "?profile=own&use_1=on&weight_1=nan")
    assert wrong.status_code == 200 and wrong.context["found"] is None
    assert "Certains choix n’ont pas été compris" in wrong.content.decode()
    assert client.get("/territoires/epci:nulle/semblables").status_code == 404


def test_the_page_costs_the_same_whatever_is_compared(client: Client, places: list[Any]) -> None:
    address = f"/territoires/{places[0].address}/semblables"
    counts = set()
    for total in (1, 3, 30):
        for n in range(Indicator.objects.count(), total):
            series(f"i{n}", {place: float(m + n) for m, place in enumerate(places)})
        client.get(address)  # the columns are read once
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(address)
        counts.add(len(asked))
    assert len(counts) == 1 and counts.pop() <= 8
