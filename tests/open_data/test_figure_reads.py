"""Indicators, similar territories, figures of the dashboard and annual reports by program."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from essaim.insights.actions.figures import recompute
from essaim.insights.actions.reports import prepare, publish
from essaim.insights.models import Figure
from essaim.open_data.actions import dumps
from essaim.territories.models import IndicatorValue
from tests.initiatives.factories import InitiativeFactory
from tests.open_data.test_files import lines
from tests.open_data.test_reads import everything
from tests.people.factories import UserFactory
from tests.territories.factories import IndicatorFactory, TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def communes() -> list[Any]:
    """Three, with two series: the first is closer to the second than to the third."""
    places = [
        TerritoryFactory(kind="commune", code=f"3800{n}", population=1000 + n) for n in range(3)
    ]
    income, rent = IndicatorFactory(code="revenu"), IndicatorFactory(code="loyer")
    for series, figures in ((income, (10, 11, 30)), (rent, (5, 5.5, 9))):
        for place, figure in zip(places, figures, strict=True):
            for year in (2021, 2022):
                IndicatorValue.objects.create(
                    indicator=series, territory=place, year=year, value=figure
                )
    return places


class TestIndicators:
    def test_series_and_their_values(self, client: Client, communes: list[Any]) -> None:
        found = everything(client, "/api/v1/indicators?limit=1")
        assert [record["code"] for record in found] == ["loyer", "revenu"]
        assert [record["values"] for record in found] == [6, 6]
        values = everything(client, "/api/v1/indicator-values?limit=5&count=true")
        assert len(values) == 12
        assert len({(v["indicator"], v["territory"], v["year"]) for v in values}) == 12
        here = communes[0].address
        asked = f"/api/v1/indicator-values?indicator=REVENU&territory={here}&year=2022"
        assert everything(client, asked) == [
            {"indicator": "revenu", "territory": here, "year": 2022, "value": 10.0, "source": ""}
        ]
        assert len(everything(client, f"/api/v1/indicator-values?territory={here}")) == 4
        assert len(everything(client, "/api/v1/indicator-values?kind=commune")) == 12
        assert everything(client, "/api/v1/indicator-values?kind=epci") == []

    @pytest.mark.parametrize(
        "asked",
        [
            "indicator=inconnu", "territory=commune:0", "year=cent", "indicateur=revenu",
            "indicator=%00", f"kind={'x' * 30}",
        ],
    )  # fmt: skip
    def test_what_is_not_known_is_said(
        self, client: Client, communes: list[Any], asked: str
    ) -> None:
        assert client.get(f"/api/v1/indicator-values?{asked}").status_code == 422


class TestSimilar:
    def test_as_on_the_page(self, client: Client, communes: list[Any]) -> None:
        here = communes[0].address
        answer = client.get(f"/api/v1/territories/{here}/similar").json()
        assert [each["territory"] for each in answer["items"]] == [
            communes[1].address, communes[2].address,
        ]  # fmt: skip
        assert {each["code"] for each in answer["compared"]} == {"population", "revenu", "loyer"}
        shares = answer["items"][0]["shares"]
        assert sum(each["share"] for each in shares) == pytest.approx(1)
        page = client.get(f"/territoires/{here}/semblables").content.decode()
        assert communes[1].label in page

    def test_what_is_compared_may_be_chosen(self, client: Client, communes: list[Any]) -> None:
        here = communes[0].address
        asked = f"/api/v1/territories/{here}/similar?indicators=revenu,loyer&weights=1,0&k=1"
        answer = client.get(asked).json()
        assert [each["code"] for each in answer["compared"]] == ["revenu"]
        assert len(answer["items"]) == 1

    @pytest.mark.parametrize(
        "asked",
        [
            "indicators=inconnu", "indicators=revenu&weights=1,2", "indicators=revenu&weights=-1",
            "weights=1", "k=0", "common=some", "profile=urban", "cursor=x",
        ],
    )  # fmt: skip
    def test_what_cannot_be_compared_is_said(
        self, client: Client, communes: list[Any], asked: str
    ) -> None:
        address = f"/api/v1/territories/{communes[0].address}/similar"
        assert client.get(f"{address}?{asked}").status_code == 422

    def test_one_that_has_nothing_to_compare(self, client: Client) -> None:
        place = TerritoryFactory(kind="commune", code="38999", population=None)
        assert client.get(f"/api/v1/territories/{place.address}/similar").status_code == 409
        assert client.get("/api/v1/territories/commune:00000/similar").status_code == 404


class TestDashboard:
    def test_the_latest_figures_and_nothing_of_a_funder(self, client: Client) -> None:
        InitiativeFactory(published=True)
        InitiativeFactory()
        old = recompute()
        InitiativeFactory(published=True)
        snapshot = recompute()
        assert old != snapshot
        Figure.objects.create(snapshot=snapshot, key="grants", subject="organisation:1")
        found = everything(client, "/api/v1/figures?limit=7")
        assert {record["key"] for record in found} >= {"cards", "sites", "paid"}
        assert "grants" not in {record["key"] for record in found}
        (total,) = everything(client, "/api/v1/figures?key=cards&scope=public&limit=1")[:1]
        assert (total["dimension"], total["value"], total["counted"]) == ("", 2, 2)
        assert total["title"] == "Initiatives publiées"
        english = client.get("/api/v1/figures?key=cards", headers={"Accept-Language": "en"})
        assert english.json()["items"][0]["title"] != "Initiatives publiées"
        assert client.get("/api/v1/figures?key=grants").status_code == 422
        assert client.get("/api/v1/figures?scope=all").status_code == 422
        dumps.make_all()
        assert {record["key"] for record in lines("figures")} == {r["key"] for r in found}

    def test_reports_once_they_are_published(self, client: Client) -> None:
        manager = UserFactory(manager=True)
        recompute()
        report = prepare(timezone.localdate().year, by=manager)
        assert everything(client, "/api/v1/reports") == []
        assert client.get(f"/api/v1/reports/{report.year}").status_code == 404
        publish(report)
        (record,) = everything(client, "/api/v1/reports")
        assert record == client.get(f"/api/v1/reports/{report.year}").json()
        assert dt.datetime.fromisoformat(record["published_at"])
        assert record["figures"][0]["key"] in {"cards", "evidence", "sites"}
