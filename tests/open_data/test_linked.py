"""What machines read in the head of public pages: of each kind its own words of schema.org, and of
what is not public nothing at all."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.calls.factories import CallFactory, officer
from tests.events.factories import EventFactory, ThirdPlaceFactory, who_runs
from tests.funding.factories import forming, opened
from tests.needs.factories import NeedFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.replications.factories import committed, declared, world
from tests.schemes.factories import SchemeFactory, WindowFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
SCRIPT = re.compile(r"<script[^>]*application/ld\+json[^>]*>(.*?)</script>", re.DOTALL)
ATTACK = "</script><script>alert(1)</script>"
MODEL = "django.contrib.auth.backends.ModelBackend"


def head_of(client: Client, obj: Any) -> tuple[dict[str, Any], str]:
    """The one JSON-LD of its page, and the whole page."""
    answer = client.get(obj.get_absolute_url())
    assert answer.status_code == 200
    page = answer.content.decode()
    (text,) = SCRIPT.findall(page)
    return json.loads(text), page


def meta(page: str, name: str) -> str:
    (found,) = re.findall(rf'<meta (?:property|name)="{name}" content="([^"]*)"', page)
    return str(found)


def public_things() -> list[Any]:
    story = opened()
    return [
        story.pool.initiative, story.pool, CallFactory(), EventFactory(), NeedFactory(public=True),
        SchemeFactory(), OrganisationFactory(), committed(world()),
        ThirdPlaceFactory(), TerritoryFactory(kind="department", code="38"),
    ]  # fmt: skip


def test_every_kind_says_what_it_is_where_and_in_which_language(
    client: Client, settings: Any
) -> None:
    kinds = []
    for thing in public_things():
        data, page = head_of(client, thing)
        address = settings.PUBLIC_URL + thing.get_absolute_url()
        assert data["@context"] == "https://schema.org"
        assert data["url"] == data["@id"] == address
        assert data["name"]
        assert page.count('<link rel="canonical"') == 1
        assert f'<link rel="canonical" href="{address}">' in page
        assert meta(page, "og:url") == address
        assert meta(page, "og:title")
        assert meta(page, "og:locale") == "fr_FR"
        assert page.count('<meta name="description"') <= 1
        if told := re.search(r'<link rel="alternate" type="application/json" href="([^"]*)"', page):
            assert client.get(told[1].removeprefix(settings.PUBLIC_URL)).status_code == 200
        else:
            assert data["@type"] == "Place"
        kinds.append(data["@type"])
    assert kinds == [
        "CreativeWork", "MonetaryGrant", "Grant", "Event", "Demand", "GovernmentService",
        "NGO", "Project", "Place", "AdministrativeArea",
    ]  # fmt: skip


def test_filters_of_an_address_are_no_other_page(client: Client, settings: Any) -> None:
    call = CallFactory()
    page = client.get(call.get_absolute_url() + "?utm_source=lettre").content.decode()
    assert f'rel="canonical" href="{settings.PUBLIC_URL}{call.get_absolute_url()}"' in page


def test_nothing_that_is_typed_ends_the_script_nor_an_attribute(client: Client) -> None:
    attack, quote = ATTACK, '"><b>&\u2028'
    for thing in (
        CallFactory(title=attack, summary=quote),
        EventFactory(title=attack, summary=quote, address=attack),
        NeedFactory(public=True, text=f"{attack} {quote}", for_whom=attack),
        SchemeFactory(title=attack, description=quote, funders=[attack]),
        OrganisationFactory(name=attack),
        ThirdPlaceFactory(name=attack, summary=quote),
        opened(presentation=attack).pool,
    ):
        data, page = head_of(client, thing)
        assert "<script>alert(1)" not in page
        assert '"><b>' not in page
        assert "alert(1)" in json.dumps(data)


def test_addresses_and_numbers_are_left_out(client: Client) -> None:
    contact = "Écrire à claire@exemple.fr ou au 01 02 03 04 05"
    for thing in (
        CallFactory(summary=contact),
        EventFactory(summary=contact, address=contact),
        NeedFactory(public=True, text=contact),
        SchemeFactory(rich=True, description=contact),
        OrganisationFactory(name=contact),
        opened(presentation=contact).pool,
    ):
        page = client.get(thing.get_absolute_url()).content.decode()
        head = page[page.index('<link rel="canonical"') : page.index("</head>")]
        assert "claire" not in head
        assert "01 02 03 04 05" not in head


def test_what_visitors_do_not_read_says_nothing_to_anyone(client: Client) -> None:
    call, event = CallFactory(draft=True), EventFactory(draft=True)
    need = NeedFactory(private=True)
    scheme = SchemeFactory(proposed=True)
    pool = forming().pool
    site = declared(world())
    place = ThirdPlaceFactory(state="proposed", created_by=UserFactory())
    for thing, reader in (
        (call, officer(call)), (event, who_runs(event)), (need, need.author),
        (scheme, scheme.author), (pool, UserFactory(manager=True)),
        (site, UserFactory(manager=True)), (place, place.created_by),
        (CallFactory(is_template=True), UserFactory(manager=True)),
    ):  # fmt: skip
        client.force_login(reader, backend=MODEL)
        answer = client.get(thing.get_absolute_url())
        assert answer.status_code == 200, thing
        page = answer.content.decode()
        assert "ld+json" not in page, thing
        assert "og:title" not in page
        assert "canonical" not in page


def test_members_and_their_pages_are_told_like_to_all(client: Client) -> None:
    """A need that members read is no public need: its head stays silent for them too."""
    need = NeedFactory()
    client.force_login(UserFactory(), backend=MODEL)
    assert "ld+json" not in client.get(need.get_absolute_url()).content.decode()


class TestEachInItsWords:
    def test_a_call(self, client: Client) -> None:
        call = CallFactory(budget_cents=150_000_00, organiser__siren="263800120",
                           organiser__kind="local_authority")  # fmt: skip
        call.territories.add(TerritoryFactory(kind="department", code="38"))
        data, _page = head_of(client, call)
        assert data["@type"] == "MonetaryGrant"
        assert data["amount"] == {
            "@type": "MonetaryAmount", "currency": "EUR", "value": "150000.00",
        }  # fmt: skip
        assert data["funder"]["@type"] == "GovernmentOrganization"
        assert data["funder"]["iso6523Code"] == "0002:263800120"
        applies = data["potentialAction"]
        assert applies["@type"] == "ApplyAction"
        assert dt.datetime.fromisoformat(applies["endTime"]) == call.closes_at
        assert applies["location"][0]["identifier"] == "department:38"

    def test_an_event(self, client: Client) -> None:
        event = EventFactory(
            online_link="https://visio.exemple.fr/secret", capacity=40, address="1 rue du Port"
        )
        event.themes.add(ThemeFactory(slug="logement", name="Logement"))
        data, page = head_of(client, event)
        assert dt.datetime.fromisoformat(data["startDate"]) == event.starts_at
        assert data["eventStatus"].endswith("/EventScheduled")
        assert data["eventAttendanceMode"].endswith("/MixedEventAttendanceMode")
        assert [each["@type"] for each in data["location"]] == ["Place", "VirtualLocation"]
        assert "visio" not in page
        assert data["organizer"][0]["@type"] == "NGO"
        assert data["keywords"] == ["Logement"]
        online, _page = head_of(client, EventFactory(online_link="https://visio.exemple.fr/a"))
        assert online["eventAttendanceMode"].endswith("/OnlineEventAttendanceMode")
        assert [each["@type"] for each in online["location"]] == ["VirtualLocation"]
        there, _page = head_of(client, EventFactory())
        assert there["eventAttendanceMode"].endswith("/OfflineEventAttendanceMode")
        gone, _page = head_of(client, EventFactory(state="cancelled"))
        assert gone["eventStatus"].endswith("/EventCancelled")

    def test_a_need(self, client: Client) -> None:
        need = NeedFactory(public=True, whole=True, for_whom="Des familles",
                           needed_by=dt.date(2027, 6, 1))  # fmt: skip
        data, _page = head_of(client, need)
        assert data["areaServed"]["identifier"] == need.territory.address
        assert data["availabilityEnds"] == "2027-06-01"
        assert data["itemOffered"]["audience"]["audienceType"] == "Des familles"
        assert need.author.name not in json.dumps(data, ensure_ascii=False)

    def test_a_scheme(self, client: Client) -> None:
        scheme = SchemeFactory(rich=True)
        WindowFactory(scheme=scheme, opens_on=dt.date(2027, 1, 4), closes_on=dt.date(2027, 3, 1))
        data, _page = head_of(client, scheme)
        assert data["provider"] == [{"@type": "Organization", "name": "Fondation d’essai"}]
        assert data["hoursAvailable"][-1]["validThrough"] == "2027-03-01"
        assert data["availableChannel"]["serviceUrl"] == "https://exemple.fr/fonds"
        assert "**" not in data["description"]
        assert "Claire" not in json.dumps(data)

    def test_organisations(self, client: Client) -> None:
        for kind, found in (
            ("ccas", "GovernmentOrganization"), ("association", "NGO"), ("network", "NGO"),
            ("hospital", "MedicalOrganization"), ("company", "Organization"), ("", "Organization"),
        ):  # fmt: skip
            data, _page = head_of(client, OrganisationFactory(kind=kind))
            assert data["@type"] == found

    def test_a_pool(self, client: Client) -> None:
        pool = opened().pool
        data, _page = head_of(client, pool)
        assert data["amount"]["value"] == f"{pool.site_cents / 100:.2f}"
        assert data["fundedItem"]["identifier"] == pool.initiative.external_id

    def test_the_same_in_whichever_language_one_reads(self, client: Client) -> None:
        scheme = SchemeFactory(rich=True)
        french, _page = head_of(client, scheme)
        client.cookies["essaim_langue"] = "en"
        english, page = head_of(client, scheme)
        assert '<html lang="en"' in page
        assert english == french
