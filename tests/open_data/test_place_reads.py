"""Third places, networks and groups of territories by program: what all may read, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from essaim.groups.models import Group
from essaim.open_data.actions import dumps
from essaim.people.models import NetworkMembership
from tests.events.factories import ThirdPlaceFactory
from tests.groups.factories import GroupFactory, MemberFactory
from tests.open_data.test_files import lines
from tests.open_data.test_reads import everything
from tests.people.factories import OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def names(client: Client, address: str, key: str = "slug") -> list[str]:
    return [record[key] for record in everything(client, address)]


def test_third_places_with_the_filters_of_their_page(client: Client) -> None:
    theme, place = ThemeFactory(slug="numerique"), TerritoryFactory(kind="commune", code="38185")
    runs = OrganisationFactory(name="Les Ateliers", siren="263800120")
    one = ThirdPlaceFactory(
        name="L’Établi", territory=place, organisation=runs, address="2 rue des Arts",
        summary="Écrire à a.b@exemple.fr.", website="https://etabli.exemple/",
    )  # fmt: skip
    one.themes.add(theme)
    other = ThirdPlaceFactory(name="Le Zinc", services="Atelier bois")
    hidden = ThirdPlaceFactory(proposed=True)
    found = everything(client, "/api/v1/third-places?limit=1&count=true")
    assert [record["slug"] for record in found] == [other.slug, one.slug]
    record = client.get(f"/api/v1/third-places/{one.slug}").json()
    assert (record["territory"], record["themes"]) == ("commune:38185", ["numerique"])
    assert (record["organisation"], record["organisation_siren"]) == ("Les Ateliers", "263800120")
    assert "a.b@exemple.fr" not in str(record)
    assert record in found
    assert names(client, "/api/v1/third-places?q=atelier") == [other.slug]
    assert names(client, "/api/v1/third-places?theme=numerique") == [one.slug]
    assert names(client, f"/api/v1/third-places?territory={place.address}") == [one.slug]
    assert client.get("/api/v1/third-places?waiting=true").status_code == 422
    assert client.get("/api/v1/third-places?theme=inconnu").status_code == 422
    assert client.get(f"/api/v1/third-places/{hidden.slug}").status_code == 404
    # The page says where a program reads it.
    assert f"/api/v1/third-places/{one.slug}" in client.get(f"/lieux/{one.slug}").content.decode()


def test_groups_that_are_public_and_who_they_gather(client: Client) -> None:
    gathered = GroupFactory(name="Vallées unies", purpose="Se chauffer ensemble.")
    member = MemberFactory(group=gathered, accepted=True).territory
    invited = MemberFactory(group=gathered).territory
    MemberFactory(group=gathered, state="declined", answered_on=timezone.localdate())
    ended = GroupFactory(name="Anciennes", state=Group.State.ENDED, ended_on=timezone.localdate())
    hidden = GroupFactory(restricted=True)
    assert names(client, "/api/v1/groups", "code") == [gathered.code]
    assert names(client, "/api/v1/groups?ended=true", "code") == [ended.code, gathered.code]
    assert names(client, "/api/v1/groups?q=chauffer", "code") == [gathered.code]
    assert names(client, f"/api/v1/groups?territory={member.address}", "code") == [gathered.code]
    assert names(client, f"/api/v1/groups?territory={invited.address}", "code") == []
    record = client.get(f"/api/v1/groups/{gathered.code}").json()
    assert (record["members"], record["invited"]) == ([member.address], [invited.address])
    place = client.get(f"/api/v1/territories/{record['territory']}").json()
    assert place["kind"] == "group"
    assert gathered.created_by.name not in str(record)  # type: ignore[union-attr]
    for refused in ("mine=true", "alone=true"):
        assert client.get(f"/api/v1/groups?{refused}").status_code == 422
    assert client.get(f"/api/v1/groups/{hidden.code}").status_code == 404


def test_members_of_a_network(client: Client) -> None:
    network = OrganisationFactory(kind="network")
    since, until = timezone.localdate(), timezone.localdate()
    member, left, asked = (OrganisationFactory() for _n in range(3))
    for body, dates in (
        (member, {"since": since}), (left, {"since": since, "until": until}), (asked, {}),
    ):  # fmt: skip
        NetworkMembership.objects.create(
            network=network, organisation=body, proposed_by_network=True, **dates
        )
    assert names(client, f"/api/v1/organisations/{network.slug}/members") == [member.slug]
    assert client.get(f"/api/v1/organisations/{member.slug}/members").status_code == 404


def test_unchanged_is_not_sent_again(client: Client) -> None:
    place, group = ThirdPlaceFactory(), GroupFactory()
    for address in (
        "third-places", f"third-places/{place.slug}", "groups", f"groups/{group.code}",
    ):  # fmt: skip
        first = client.get(f"/api/v1/{address}")
        again = client.get(f"/api/v1/{address}", headers={"If-None-Match": first["ETag"]})
        assert (first.status_code, again.status_code) == (200, 304), address


def test_the_files_of_the_night_hold_them(client: Client) -> None:
    place, group = ThirdPlaceFactory(), GroupFactory()
    ThirdPlaceFactory(proposed=True)
    GroupFactory(restricted=True)
    dumps.make_all()
    assert [record["slug"] for record in lines("third_places")] == [place.slug]
    assert [record["code"] for record in lines("groups")] == [group.code]


@pytest.mark.parametrize("rows", [1, 20])
def test_these_lists_ask_as_much_whatever_their_length(client: Client, rows: int) -> None:
    network = OrganisationFactory(kind="network")
    for _n in range(rows):
        ThirdPlaceFactory(organisation=OrganisationFactory()).themes.add(ThemeFactory())
        MemberFactory(group=GroupFactory(created_by=UserFactory()), accepted=True)
        NetworkMembership.objects.create(
            network=network, organisation=OrganisationFactory(), proposed_by_network=True,
            since=timezone.localdate(),
        )  # fmt: skip
    for address in ("third-places", "groups", f"organisations/{network.slug}/members"):
        client.get(f"/api/v1/{address}")
        with CaptureQueriesContext(connection) as captured:
            answer: Any = client.get(f"/api/v1/{address}")
        assert len(answer.json()["items"]) == rows
        assert len(captured) <= 8, (address, len(captured))
