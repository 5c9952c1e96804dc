"""What anyone may read by program: the same as on the pages, page by page, and no more."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from essaim.search.actions import index
from tests.initiatives.factories import InitiativeFactory
from tests.needs.factories import NeedFactory
from tests.people.factories import OrganisationFactory
from tests.schemes.factories import SchemeFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def published(**fields: Any) -> Any:
    return InitiativeFactory(published=True, **fields)


def everything(client: Client, address: str) -> list[dict[str, Any]]:
    """All items of a list, page after page."""
    found: list[dict[str, Any]] = []
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.content
        found += answer.json()["items"]
        address = answer.json()["next"] or ""
        address = address[address.index("/api") :] if address else ""
    return found


def test_a_card_as_the_format_says_it(client: Client) -> None:
    holder = OrganisationFactory(name="CCAS d’exemple", siren="263800120")
    card = published(
        holder=holder, contact="claire@exemple.fr", description="Écrire à claire@exemple.fr",
        unmatched={"extra": {"secret": "01 02 03 04 05"}},
    )  # fmt: skip
    card.territories.add(TerritoryFactory(kind="commune", code="38185"))
    answer = client.get(f"/api/v1/initiatives/{card.slug}")
    record = answer.json()
    assert record["external_id"] == card.external_id
    assert record["territories"] == ["commune:38185"]
    assert record["holder"]["siren"] == "263800120"
    assert record["_meta"]["slug"] == card.slug
    assert "contact" not in record
    assert "secret" not in record
    assert "claire@exemple.fr" not in answer.content.decode()


def test_drafts_are_not_there(client: Client) -> None:
    draft = InitiativeFactory()
    assert client.get(f"/api/v1/initiatives/{draft.slug}").status_code == 404
    assert everything(client, "/api/v1/initiatives") == []


@pytest.mark.parametrize("sort", ["recent", "proven", "checked", "title"])
def test_every_card_once_whatever_the_order(client: Client, sort: str) -> None:
    cards = [published(checked_on=f"20{20 + n % 3}") for n in range(7)]
    found = everything(client, f"/api/v1/initiatives?limit=3&sort={sort}")
    assert len(found) == 7
    assert {r["external_id"] for r in found} == {card.external_id for card in cards}


def test_filters_are_those_of_the_bank(client: Client) -> None:
    theme = ThemeFactory(slug="logement")
    kept, _other = published(track="public"), published(track="social")
    kept.themes.add(theme)
    address = "/api/v1/initiatives?theme=logement&track=public&count=true"
    answer = client.get(address).json()
    assert [r["external_id"] for r in answer["items"]] == [kept.external_id]
    assert answer["count"] == 1


def test_words_are_searched_by_the_site_s_engine(client: Client) -> None:
    cards = [published(title=f"Jardin partagé numéro {n}") for n in range(3)]
    index("initiative", [card.pk for card in cards])
    found = everything(client, "/api/v1/initiatives?q=jardin&limit=2")
    assert len(found) == 3
    assert all(record["_meta"]["match"]["words"] for record in found)


@pytest.mark.parametrize(
    "query",
    ["themes=x", "theme=inconnu", "limit=0", "limit=101", "limit=000000000001000", "limit=x", "cursor=abc", "track=",
     "track=social&track=public", "sort=best", "materials=maybe", "territory=commune:99999",
     "cost_min=9&cost_max=1"],
)  # fmt: skip
def test_what_is_not_understood_is_said(client: Client, query: str) -> None:
    answer = client.get(f"/api/v1/initiatives?{query}")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 422
    told = {error["where"] for error in problem["errors"]}
    assert told & {"cost_max", query.partition("=")[0]}


@pytest.mark.parametrize("address", ["/api/v1/initiatives", "/api/v1/schemes"])
def test_a_ranked_list_keeps_its_size_whatever_is_asked_on_the_way(
    client: Client, address: str
) -> None:
    cards = [published(title=f"Jardin partagé {n}", summary="Un jardin.") for n in range(7)]
    index("initiative", [card.pk for card in cards])
    schemes = [SchemeFactory(title=f"Jardin soutenu {n}") for n in range(7)]
    index("scheme", [scheme.pk for scheme in schemes])
    answer = client.get(f"{address}?q=jardin&limit=3").json()
    found = [item["title"] for item in answer["items"]]
    while following := answer["next"]:
        address = following[following.index("/api") :].replace("limit=3", "limit=2")
        answer = client.get(address).json()
        found += [item["title"] for item in answer["items"]]
    assert len(found) == len(set(found)) == 7


def test_a_cursor_is_of_its_list(client: Client) -> None:
    for _n in range(3):
        published()
    cursor = client.get("/api/v1/initiatives?limit=1").json()["next"].split("cursor=")[1]
    answer = client.get(f"/api/v1/initiatives?limit=1&track=social&cursor={cursor}")
    assert answer.status_code == 422
    assert client.get(f"/api/v1/initiatives?limit=1&cursor={cursor[:-1]}x").status_code == 422


def test_a_card_published_meanwhile_moves_nothing(client: Client) -> None:
    cards = [published() for _n in range(4)]
    first = client.get("/api/v1/initiatives?limit=2").json()
    published()
    address = first["next"]
    rest = client.get(address[address.index("/api") :]).json()
    known = [r["external_id"] for r in first["items"] + rest["items"]]
    assert known == [card.external_id for card in reversed(cards)]


def test_what_has_not_changed_is_not_sent_again(client: Client) -> None:
    card = published()
    answer = client.get(f"/api/v1/initiatives/{card.slug}")
    again = client.get(
        f"/api/v1/initiatives/{card.slug}", headers={"If-None-Match": answer["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    since = client.get(
        f"/api/v1/initiatives/{card.slug}",
        headers={"If-Modified-Since": answer["Last-Modified"]},
    )
    assert since.status_code == 304
    card.title = "Autre"
    card.save(update_fields=["title"])
    changed = client.get(
        f"/api/v1/initiatives/{card.slug}", headers={"If-None-Match": answer["ETag"]}
    )
    assert changed.status_code == 200


def test_needs_are_those_everyone_reads(client: Client) -> None:
    need = NeedFactory(public=True, text="Joindre Mme Durand au 01 02 03 04 05")
    NeedFactory(private=True)
    members = NeedFactory()
    found = everything(client, "/api/v1/needs")
    assert [record["id"] for record in found] == [need.pk]
    assert "01 02 03 04 05" not in found[0]["text"]
    assert "Durand" not in found[0]["text"]
    assert client.get(f"/api/v1/needs/{members.pk}").status_code == 404


def test_territories_by_their_official_code(client: Client) -> None:
    TerritoryFactory(kind="commune", code="38185")
    assert client.get("/api/v1/territories/commune:38185").json()["code"] == "38185"
    assert client.get("/api/v1/territories/commune:00000").status_code == 404
    assert client.get("/api/v1/territories/%00").status_code == 404
    assert len(everything(client, "/api/v1/territories?kind=commune&limit=1")) == 1


def test_territories_by_their_name(client: Client) -> None:
    TerritoryFactory(kind="commune", code="38185", name="Grenoble")
    TerritoryFactory(kind="commune", code="69123", name="Lyon")
    for asked in ("greno", "38185", "GRENOBLE&kind=commune"):
        (found,) = everything(client, f"/api/v1/territories?q={asked}")
        assert found["address"] == "commune:38185"
    assert everything(client, "/api/v1/territories?q=grenoble&kind=region") == []
    # The ten best are those of the place, not those of the country that are in it.
    for _elsewhere in range(11):
        TerritoryFactory(name="Saint-Martin", population=9_000)
    isere = TerritoryFactory(kind="department", code="38")
    TerritoryFactory(code="38415", name="Saint-Martin-d’Uriage", inside=[isere])
    (found,) = everything(client, "/api/v1/territories?q=saint-martin&within=department:38")
    assert found["address"] == "commune:38415"
    for wrong in ("%00", "x" * 201):
        assert client.get(f"/api/v1/territories?q={wrong}").status_code == 422


@pytest.mark.parametrize(
    "address",
    ["themes", "audiences", "needs", "schemes", "pools", "findings", "replications", "territories"],
)
def test_every_list_answers(client: Client, address: str) -> None:
    answer = client.get(f"/api/v1/{address}?count=true")
    assert answer.status_code == 200
    assert answer.json()["next"] is None


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_a_list_of_cards_asks_as_much_whatever_its_length(client: Client, rows: int) -> None:
    for _n in range(rows):
        published(holder=OrganisationFactory())
    client.get("/api/v1/initiatives?limit=100")
    with CaptureQueriesContext(connection) as captured:
        client.get("/api/v1/initiatives?limit=100")
    assert len(captured) <= 22, len(captured)


def test_a_list_that_goes_on_is_unchanged_an_hour_later(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page holds the address of the next one, which must not tell the hour."""
    for _n in range(3):
        InitiativeFactory(published=True)
    first = client.get("/api/v1/initiatives?limit=1")
    assert first.json()["next"]
    later = time.time() + 3600
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    again = client.get("/api/v1/initiatives?limit=1", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
