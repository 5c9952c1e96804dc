"""Pages of territories, and the proposals of the combobox."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from essaim.common.typography import french
from essaim.territories.actions import import_zoning
from essaim.territories.models import Territory
from tests.people.factories import UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("france")]


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_commune_says_what_it_is_and_what_contains_it(client: Client) -> None:
    page = read(client, "/territoires/commune:38185")
    assert "<h1" in page and "Grenoble (38)" in page
    for address in ("epci:200040715", "department:38", "region:84", "country:FR"):
        assert f'href="/territoires/{address}"' in page
    assert "habitants" in page and "38000, 38100" in page


def test_a_department_lists_what_it_contains_by_pages(client: Client) -> None:
    page = read(client, "/territoires/department:38")
    assert "Communes (512)" in page and "Intercommunalités (16)" in page
    assert "Grenoble-Alpes-Métropole" in page
    assert "CA Vienne Condrieu" in page, "an intercommunality that it shares with the Rhône"
    communes = read(client, "/territoires/department:38?inside=commune&page=2")
    assert "inside=commune&amp;page=3" in communes
    assert communes.count('href="/territoires/commune:') == 60


def test_an_overseas_collectivity_does_not_contain_itself_twice(client: Client) -> None:
    page = read(client, "/territoires/commune:97501")
    assert 'href="/territoires/department:975"' in page
    assert 'href="/territoires/region:975"' not in page


def test_what_is_not_known_is_said(client: Client) -> None:
    assert french("Population : non connue") in read(client, "/territoires/commune:98411")
    assert french("Population : 0 habitant") in read(client, "/territoires/commune:55189")


def test_what_is_gone_says_since_when_and_what_took_its_place(client: Client) -> None:
    page = read(client, "/territoires/region:82")
    assert "n’existe plus depuis le 1 janvier 2016" in page
    assert 'href="/territoires/region:84"' in page
    TerritoryFactory(kind="epci", code="243800000", gone_on=dt.date(2014, 1, 1))
    assert "Son successeur n’est pas connu." in read(client, "/territoires/epci:243800000")


def test_a_former_code_leads_to_the_commune_of_today(client: Client) -> None:
    answer = client.get("/territoires/commune:93059", follow=True)
    assert answer.redirect_chain == [("/territoires/commune:93066?from=commune%3A93059", 302)]
    assert "ancienne commune" in answer.content.decode()
    assert client.get("/territoires/department:1")["Location"].startswith(
        "/territoires/department:01"
    )


@pytest.mark.parametrize(
    "address", ["commune:99999", "ville:x", "commune:38000", "commune:%00", "x:y:z", "commune:<b>"]
)
def test_an_unknown_territory_is_not_found(client: Client, address: str) -> None:
    assert client.get(f"/territoires/{address}").status_code == 404


def test_zones_show_on_the_pages_of_their_communes(client: Client) -> None:
    import_zoning("code,name,communes\nV,Vercors,38185 38151\n", "parc", "Parcs", by=None)
    assert 'href="/territoires/parc:V"' in read(client, "/territoires/commune:38185")
    assert "Communes (2)" in read(client, "/territoires/parc:V")
    assert "Parcs (1)" in read(client, "/territoires/department:38")
    assert 'href="/territoires/zonages/parc"' in read(client, "/territoires")


def test_the_number_of_queries_does_not_depend_on_the_territory(client: Client) -> None:
    counts = {}
    for address in ("commune:38185", "epci:200040715", "department:38", "region:84", "country:FR"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            read(client, f"/territoires/{address}")
        counts[address] = len(queries)
    # A commune contains nothing: the list is not asked for.
    assert counts["commune:38185"] <= counts["department:38"]
    assert len({counts[a] for a in counts if not a.startswith("commune")}) == 1, counts


def test_the_entry_lists_regions_with_their_departments(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = read(client, "/territoires")
    assert len(queries) <= 6
    assert page.count('href="/territoires/region:') == 18
    assert page.count('href="/territoires/department:') == 109


@pytest.mark.parametrize("text", ["Grenoble", "38185", "commune:38185", "Grenoble (38)", "38000"])
def test_the_plain_field_leads_to_the_territory(client: Client, text: str) -> None:
    answer = client.get("/territoires", {"territory": text})
    assert answer["Location"] == "/territoires/commune:38185"


def test_namesakes_are_asked_about_and_the_text_is_kept(client: Client) -> None:
    answer = client.get("/territoires", {"territory": "Saint-Denis"})
    page = answer.content.decode()
    assert 'value="Saint-Denis"' in page
    assert page.count('type="radio"') == 4
    assert "choisissez le vôtre" in page
    picked = {
        "territory": "Saint-Denis",
        "territory_for_0": "Saint-Denis",
        "territory_choice_0": "commune:93066",
    }
    assert client.get("/territoires", picked)["Location"] == "/territoires/commune:93066"
    # Another text was typed since: the choice answered another question.
    changed = picked | {"territory": "Grenoble"}
    assert client.get("/territoires", changed)["Location"] == "/territoires/commune:38185"


@pytest.mark.parametrize("text", ["Nullepart-sur-Mer", "x" * 10_000, "<script>alert(1)</script>"])
def test_a_text_that_is_no_territory_is_explained(client: Client, text: str) -> None:
    page = read(client, "/territoires?" + f"territory={text}")
    assert "fr-error-text" in page
    assert "<script>alert" not in page


def test_the_combobox_is_served_at_most_ten_proposals(client: Client) -> None:
    answer = client.get("/territoires/recherche", {"q": "saint-denis", "lang": "fr"})
    results = answer.json()["results"]
    assert len(results) == 10
    assert results[0] == {
        "address": "commune:97411",
        "label": "Saint-Denis (974)",
        "kind": "commune",
    }
    assert "max-age=3600" in answer["Cache-Control"]


def test_the_proposals_speak_the_language_of_the_address(client: Client) -> None:
    def kinds(lang: str) -> set[str]:
        answer = client.get("/territoires/recherche", {"q": "isère", "lang": lang})
        return {result["kind"] for result in answer.json()["results"]}

    assert "département" in kinds("fr")
    assert "département" not in kinds("en")
    assert kinds("xx") == kinds("fr")


def test_the_proposals_keep_to_the_kinds_asked_for(client: Client) -> None:
    answer = client.get("/territoires/recherche", {"q": "grenoble", "kind": ["epci"]})
    assert [r["address"] for r in answer.json()["results"]] == ["epci:200040715"]


@pytest.mark.parametrize("text", ["", "a", "%00", "'", "🏘" * 200, "x" * 10_000])
def test_the_proposals_survive_anything(client: Client, text: str) -> None:
    assert client.get("/territoires/recherche", {"q": text}).status_code == 200


def test_the_administration_finds_a_territory_without_loading_them_all(client: Client) -> None:
    client.force_login(
        UserFactory(is_staff=True, is_superuser=True),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    page = read(client, "/admin/territories/territory/?q=échirolles")
    assert "Échirolles (38)" in page and "Grenoble (38)" not in page
    one = Territory.objects.get(kind="commune", code="38151")
    page = read(client, f"/admin/territories/territory/{one.pk}/change/")
    assert page.count("<option") < 50
