"""Calls, laureates, events and organisations by program: what all may read, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from essaim.calls.models import Application, ApplicationState, State
from essaim.open_data.records import meetings
from tests.calls.factories import CallFactory
from tests.calls.factories_after import after, results
from tests.events.factories import EventFactory
from tests.funding.factories import opened
from tests.open_data.test_reads import everything
from tests.people.factories import OrganisationFactory, UserFactory
from tests.replications.factories import committed, world
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def slugs(client: Client, address: str) -> list[str]:
    return [record["slug"] for record in everything(client, address)]


def test_calls_with_the_filters_of_their_page(client: Client) -> None:
    place = TerritoryFactory(kind="department", code="38")
    first = CallFactory(title="Prix de l’essaimage", organiser__siren="263800120")
    first.territories.add(place)
    second = CallFactory(title="Joindre Mme Durand au 01 02 03 04 05")
    CallFactory(draft=True)
    CallFactory(is_template=True)
    found = everything(client, "/api/v1/calls?limit=1&count=true")
    assert {record["slug"] for record in found} == {first.slug, second.slug}
    assert "01 02 03 04 05" not in str(found)
    one = client.get(f"/api/v1/calls/{first.slug}").json()
    assert (one["organiser_siren"], one["territories"]) == ("263800120", ["department:38"])
    assert one["api_url"].endswith(f"/api/v1/calls/{first.slug}")
    assert slugs(client, "/api/v1/calls?q=essaimage") == [first.slug]
    assert slugs(client, f"/api/v1/calls?organiser={second.organiser.slug}") == [second.slug]
    other = TerritoryFactory(kind="department", code="69")
    assert slugs(client, f"/api/v1/calls?territory={other.address}") == [second.slug]
    assert client.get("/api/v1/calls?state=draft").status_code == 422
    assert client.get("/api/v1/calls/nulle-part").status_code == 404


def test_results_once_they_are_public_under_the_name_that_was_chosen(client: Client) -> None:
    call = results()
    organisation = after(call, state=ApplicationState.LAUREATE)
    person = after(call, state=ApplicationState.LAUREATE, person=UserFactory(name="Jeanne Martin"))
    after(call, state=ApplicationState.NOT_SELECTED)
    found = everything(client, f"/api/v1/calls/{call.slug}/results?limit=1")
    assert [record["id"] for record in found] == [organisation.pk, person.pk]
    assert organisation.organisation is not None
    assert found[0]["name"] == organisation.organisation.name
    assert "Jeanne" not in str(found)
    reading = CallFactory(state=State.DECIDING)
    after(reading, state=ApplicationState.LAUREATE)
    assert client.get(f"/api/v1/calls/{reading.slug}/results").status_code == 404


def test_a_laureate_that_goes_between_two_reads_stops_nothing() -> None:
    call = results()
    stays = after(call, state=ApplicationState.LAUREATE)
    gone = Application(pk=stays.pk + 1)
    assert [record["id"] for record in meetings.laureates([gone, stays])] == [stays.pk]


def test_events_to_come_then_past(client: Client) -> None:
    event = EventFactory(online_link="https://visio.example/secret")
    draft = EventFactory(draft=True)
    assert slugs(client, "/api/v1/events") == [event.slug]
    assert "secret" not in client.get(f"/api/v1/events/{event.slug}").content.decode()
    assert client.get(f"/api/v1/events/{draft.slug}").status_code == 404
    assert slugs(client, "/api/v1/events?past=true") == []
    assert client.get("/api/v1/events?since=hier").status_code == 422


def test_organisations_never_their_members(client: Client) -> None:
    one = OrganisationFactory(name="CCAS de Grenoble", siren="263800120")
    OrganisationFactory(name="Autre")
    assert slugs(client, "/api/v1/organisations?q=263800120") == [one.slug]
    assert slugs(client, "/api/v1/organisations?q=grenoble") == [one.slug]
    assert "members" not in client.get(f"/api/v1/organisations/{one.slug}").json()


def test_pools_and_replications_have_the_filters_of_their_pages(client: Client) -> None:
    pool, other = opened().pool, opened().pool
    found = everything(client, f"/api/v1/pools?territory={pool.pilot_territory.address}")
    assert [record["id"] for record in found] == [pool.slug]
    assert len(everything(client, f"/api/v1/pools?state={pool.state}")) == 2
    assert everything(client, "/api/v1/pools?q=introuvable") == []
    assert other.pk != pool.pk
    site: Any = committed(world())
    found = everything(client, f"/api/v1/replications?territory={site.territory.address}")
    assert [record["id"] for record in found] == [site.pk]
    assert len(everything(client, f"/api/v1/replications?state={site.state}")) == 1
    assert everything(client, "/api/v1/replications?q=introuvable") == []
    assert client.get("/api/v1/replications?state=nope").status_code == 422
    # The same on the page, at its address of before too.
    assert site.adopter.name in client.get("/reprises", {"q": site.site_name}).content.decode()
    assert site.adopter.name not in client.get("/reprises", {"etat": "stopped"}).content.decode()


@pytest.mark.parametrize("rows", [1, 20])
def test_these_lists_ask_as_much_whatever_their_length(client: Client, rows: int) -> None:
    call = results()
    for _n in range(rows):
        CallFactory().territories.add(TerritoryFactory())
        EventFactory()
        after(call, state=ApplicationState.LAUREATE)
    for address in ("calls", "events", "organisations", f"calls/{call.slug}/results"):
        client.get(f"/api/v1/{address}")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/api/v1/{address}")
        assert len(captured) <= 14, (address, len(captured))
