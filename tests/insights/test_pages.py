"""The dashboard as people read it: numbers that open, a funder's page, a report, a forecast."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.insights.actions import figures, forecasts, reports
from essaim.insights.models import AnnualReport, CardForecast, Snapshot
from essaim.insights.pictures import more_effort
from essaim.insights.uptake import label, period_holding, uptake_of
from essaim.replications.models import Replication
from tests.funding import factories as funding
from tests.needs.factories import NeedFactory
from tests.people.factories import UserFactory
from tests.replications.factories import another, committed, live, world
from tests.territories.factories import IndicatorFactory, TerritoryFactory

pytestmark = pytest.mark.django_db


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def in_english() -> Client:
    client = Client()
    client.cookies["essaim_langue"] = "en"
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.status_code
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


class TestTheNationalPage:
    def test_before_any_computation(self) -> None:
        assert "Aucun chiffre n’est encore calculé" in text(Client(), "/tableau-de-bord")

    def test_every_number_opens_its_rows_and_says_what_it_counts(self) -> None:
        there = world(title="Atelier")
        there.place = TerritoryFactory(
            inside=[TerritoryFactory(kind="department", code="61", name="Orne")]
        )
        live(there)
        figures.recompute()
        page = text(Client(), "/tableau-de-bord")
        assert 'href="/tableau-de-bord/lignes/sites"' in page
        assert 'href="/tableau-de-bord/lignes/sites?code=61"' in page
        assert "Orne (61)" in page and "Le site d’origine n’est pas compté" in page
        assert "1 situées dans un département sur 1 en cours" in page
        rows = text(Client(), "/tableau-de-bord/lignes/sites?code=61")
        assert there.adopter.name in rows and "1 ligne" in rows
        assert there.adopter.name in text(Client(), "/tableau-de-bord/lignes/sites.csv?code=61")
        assert "sites" in text(Client(), "/tableau-de-bord.csv")
        assert "Replications alive" in text(in_english(), "/tableau-de-bord")

    def test_what_is_invented_has_its_own_page(self) -> None:
        there = world()
        there.adopter.name = "CCAS de Nulleville (fictif)"
        there.adopter.save()
        live(there)
        figures.recompute()
        assert "Nulleville" not in text(Client(), "/tableau-de-bord/lignes/sites")
        assert "Nulleville" in text(Client(), "/tableau-de-bord/lignes/sites?fictif=1")
        assert "Données inventées" in text(Client(), "/tableau-de-bord?fictif=1")
        # One goes back to where one came from.
        assert 'href="/tableau-de-bord?fictif=1"' in text(
            Client(), "/tableau-de-bord/lignes/sites?fictif=1"
        )

    @pytest.mark.parametrize("query", ["code=zzz", "code=%00", "page=zzz", "fictif=zzz"])
    def test_odd_addresses_are_answered(self, query: str) -> None:
        figures.recompute()
        for key in ("cards", "sites", "avoided", "paid", "themes", "delays", "waiting", "modes"):
            text(Client(), f"/tableau-de-bord/lignes/{key}?{query}")
        text(Client(), "/tableau-de-bord/lignes/inconnu", 404)
        text(Client(), "/tableau-de-bord/lignes/grants", 404)

    def test_asks_the_same_number_of_queries_whatever_it_shows(self) -> None:
        def queries() -> int:
            figures.recompute()
            client = Client()
            client.get("/tableau-de-bord")
            with CaptureQueriesContext(connection) as captured:
                text(client, "/tableau-de-bord")
            return len(captured)

        there = world()
        there.place = TerritoryFactory(kind="department")
        live(there)
        first = queries()
        for _n in range(3):
            more = another(world(), place=TerritoryFactory(kind="department"))
            committed(more)
        assert queries() == first

    def test_managers_ask_for_a_computation_and_it_is_done_once(self) -> None:
        client = client_of(UserFactory(manager=True))
        for _twice in range(2):
            assert client.post("/tableau-de-bord/recalculer").status_code == 302
        assert Client().post("/tableau-de-bord/recalculer").status_code == 403

    def test_the_command(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("recompute_figures")
        assert "figures in" in capsys.readouterr().out
        assert Snapshot.objects.count() == 1


def test_a_funder_reads_its_page_and_nobody_else_does() -> None:
    _story, option, person = funding.confirmed(number=3)
    funding.record_act(option, person)
    figures.recompute()
    address = f"/tableau-de-bord/financeur/{option.funder.slug}"
    page = text(client_of(person), address)
    assert french("100 %") in page and "confirmée" in page
    text(client_of(UserFactory()), address, 403)
    text(client_of(UserFactory(manager=True)), address)
    assert Client().get(address).status_code == 302


class TestTheTerritory:
    def test_shows_public_facts_to_visitors(self) -> None:
        place = TerritoryFactory(kind="department", population=1000)
        NeedFactory(public=True, territory=place, text="Un besoin public")
        NeedFactory(territory=place, text="Un besoin pour les membres")
        address = f"/tableau-de-bord/territoire/department:{place.code}"
        page = text(Client(), address)
        assert "Un besoin public" in page and "pour les membres" not in page
        assert "pour les membres" in text(client_of(UserFactory()), address)
        text(Client(), "/tableau-de-bord/territoire/department:zz", 404)

    def test_shows_what_similar_territories_have(self) -> None:
        indicator = IndicatorFactory()
        places = [TerritoryFactory(kind="department", population=1000 + n) for n in range(3)]
        for n, place in enumerate(places):
            indicator.values.create(territory=place, year=2020, value=n)
        there = world(title="Ce que l’autre a")
        there.place = places[1]
        live(there)
        address = f"/tableau-de-bord/territoire/department:{places[0].code}"
        assert "Ce que l’autre a" in text(Client(), address)
        here = another(there, place=places[0])
        live(here)
        page = text(Client(), address)
        section = page[page.index("semblables ont") : page.index("Ses subventions")]
        assert "Ce que l’autre a" not in section


class TestTheReport:
    def test_is_prepared_edited_published_and_taken_back(self) -> None:
        manager = UserFactory(manager=True)
        client = client_of(manager)
        refused = client.post("/tableau-de-bord/rapports/preparer", {"year": 2025})
        assert refused.status_code == 422
        assert "Aucun chiffre" in refused.content.decode()
        figures.recompute()
        ended(2025)
        assert client.post("/tableau-de-bord/rapports/preparer", {"year": 2025}).status_code == 302
        twice = client.post("/tableau-de-bord/rapports/preparer", {"year": 2025})
        assert "existe déjà" in twice.content.decode()
        text(Client(), "/tableau-de-bord/rapports/2025", 404)
        typed = {
            "title": "Rapport #1", "introduction": "#strong[x] $a$ *b*", "highlights": "Un pas.",
            "limits": "", "version": 1,
        }  # fmt: skip
        address = "/tableau-de-bord/rapports/2025/modifier"
        assert client.post(address, typed).status_code == 302
        stale = client.post(address, typed | {"highlights": "Autre."})
        assert stale.status_code == 422 and "Autre." in stale.content.decode()
        client.post("/tableau-de-bord/rapports/2025/publier")
        page = text(Client(), "/tableau-de-bord/rapports/2025")
        assert "Un pas." in page and "/lignes/" not in page
        pdf = Client().get("/tableau-de-bord/rapports/2025.pdf")
        assert pdf.content.startswith(b"%PDF-")
        with pytest.raises(DomainError):
            reports.refresh(AnnualReport.objects.get())
        client.post("/tableau-de-bord/rapports/2025/reprendre")
        text(Client(), "/tableau-de-bord/rapports/2025.pdf", 404)

    def test_a_past_year_takes_the_figures_kept_nearest_its_end(self) -> None:
        by = UserFactory(manager=True)
        this_year = timezone.localdate().year
        figures.recompute()  # today's: none is of the end of a past year
        Snapshot.objects.update(computed_at=dt.datetime(this_year, 6, 1, tzinfo=dt.UTC))
        with pytest.raises(DomainError, match="ne sont pas ceux"):
            reports.prepare(this_year - 1, by=by)
        early = Snapshot.objects.get()
        early.computed_at = dt.datetime(this_year - 2, 12, 30, tzinfo=dt.UTC)
        early.save()
        live(world())
        figures.recompute()
        near = Snapshot.objects.first()
        assert near is not None
        near.computed_at = dt.datetime(this_year, 1, 3, tzinfo=dt.UTC)
        near.save()
        live(world())
        figures.recompute()
        report = reports.prepare(this_year - 1, by=by)
        assert report.figures_at == near.computed_at and report.compared_at == early.computed_at
        reports.publish(report)
        page = text(Client(), f"/tableau-de-bord/rapports/{this_year - 1}")
        assert "1 fiches publiées sur 1" in page and french("L’année d’avant : 0") in page
        now = reports.prepare(this_year, by=by)
        whole = {f["key"]: f for f in now.figures if not f["dimension"]}
        assert (whole["cards"]["value"], whole["cards"]["before"]) == ("2.00", "1.00")
        assert AnnualReport.objects.filter(year=this_year - 2).count() == 0

    def test_its_figures_do_not_move(self) -> None:
        figures.recompute()
        ended(2025)
        report = reports.prepare(2025, by=UserFactory(manager=True))
        live(world())
        figures.recompute()
        reports.publish(report)
        page = text(Client(), "/tableau-de-bord/rapports/2025")
        assert "0 fiches publiées sur 0" in page


def ended(year: int) -> None:
    """What is computed was computed at the end of that year."""
    Snapshot.objects.update(computed_at=dt.datetime(year, 12, 31, tzinfo=dt.UTC))


class TestForecasts:
    TODAY = dt.date(2026, 11, 22)

    def sites(self, there: Any, years: dict[int, int]) -> None:
        site = committed(there)
        rows = []
        for year, count in years.items():
            for n in range(count):
                rows.append(dt.date(year, 1 + n % 12, 3))
        first, *others = rows
        Replication.objects.filter(pk=site.pk).update(committed_on=first)
        for day in others:
            each = committed(another(there))
            Replication.objects.filter(pk=each.pk).update(committed_on=day)

    def test_a_series_by_year_without_the_year_that_is_not_over(self) -> None:
        days = [dt.date(2015, 3, 1), dt.date(2015, 9, 1), dt.date(2018, 1, 1), self.TODAY]
        sites = [Replication(committed_on=day) for day in days]
        sites[0].stopped_on = dt.date(2016, 1, 1)
        found = uptake_of(sites, False, self.TODAY)
        assert found is not None and found.step == 1
        assert found.committed == [2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
        assert found.stopped[1] == 1 and found.unfinished == 1
        young = uptake_of([Replication(committed_on=dt.date(2025, 5, 1))], False, self.TODAY)
        assert young is not None and young.step == 0.25
        assert [label(t, 0.25) for t in young.t] == [
            "2025 T2", "2025 T3", "2025 T4", "2026 T1", "2026 T2", "2026 T3",
        ]  # fmt: skip
        assert uptake_of([], False, self.TODAY) is None
        assert label(period_holding(2020.58, 1), 1) == "2021"
        assert label(period_holding(2020.25, 0.25), 0.25) == "2020 T2"

    def test_too_few_sites_are_refused_in_both_languages(self) -> None:
        there = world()
        live(there)
        assert forecasts.recompute_all() == 1
        found = CardForecast.objects.get()
        assert found.refusal["code"] == "few_sites" and found.result is None
        address = f"/initiatives/{there.card.slug}/reprises/prevision"
        assert "Pas de prévision" in text(Client(), address)
        assert "are needed for their pace" in text(in_english(), address)
        assert "prevision" in text(Client(), f"/initiatives/{there.card.slug}")

    def test_a_spread_is_fitted_and_effort_stays_apart(self, settings: Any) -> None:
        settings.REPLICATIONS = settings.REPLICATIONS | {"declarations_a_day": 100}
        there = world()
        year = timezone.localdate().year
        begun = [1, 1, 2, 3, 4, 4, 3, 2, 1]
        self.sites(there, dict(zip(range(year - 9, year), begun, strict=True)))
        found = forecasts.forecast_card(there.card)
        assert found is not None and found.refusal is None
        assert found.result["adopted"] == 21 and found.result["market"] == "free"
        assert 20 < found.result["m"] < 25
        address = f"/initiatives/{there.card.slug}/reprises/prevision"
        page = text(Client(), address)
        assert "on ne sait pas s’il serait couvert" in page and "Hypothèse</th>" not in page
        assert "Hypothèse</th>" in text(Client(), f"{address}?aides=3")
        for odd in ("aides=-1", "aides=x", "aides=99999999"):
            assert "Hypothèse</th>" not in text(Client(), f"{address}?{odd}")
        assert CardForecast.objects.get().result["m"] == found.result["m"]

    def test_more_effort_never_passes_the_market(self) -> None:
        steps = more_effort(0.03, 0.4, 30, total=20, extra=2, periods=10)
        assert steps == sorted(steps) and steps[-1] == 30
        assert steps[0] == pytest.approx(20 + (0.03 + 0.4 * 20 / 30) * 10 + 2)

    def test_a_card_withdrawn_loses_its_forecast(self) -> None:
        there = world()
        live(there)
        forecasts.recompute_all()
        type(there.card).objects.filter(pk=there.card.pk).update(publication="archived")
        forecasts.recompute_all()
        assert not CardForecast.objects.exists()
