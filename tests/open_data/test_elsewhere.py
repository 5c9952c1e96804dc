"""Files of the night, schemas, feeds, pages for machines, frames on other sites."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import hashlib
import io
import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from essaim.open_data import publishing
from essaim.open_data.actions import dumps
from essaim.open_data.models import Dump
from essaim.open_data.views import widgets
from tests.calls.factories import CallFactory
from tests.events.factories import EventFactory
from tests.initiatives.factories import InitiativeFactory
from tests.needs.factories import NeedFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.replications.factories import another, committed, world
from tests.schemes.factories import SchemeFactory, WindowFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def published(**fields: Any) -> Any:
    return InitiativeFactory(published=True, **fields)


class TestFiles:
    def test_hold_what_is_public_and_arrive_whole(self, client: Client) -> None:
        card = published(contact="claire@exemple.fr", steps=["Un", "Deux"], title="=1+1")
        InitiativeFactory()
        need = NeedFactory(public=True)
        NeedFactory(private=True)
        SchemeFactory()
        committed(world())
        dumps.make_all()
        manifest = client.get("/donnees/manifeste.json").json()["files"]
        assert len(manifest) == 2 * len(publishing.names())
        contents = {}
        for each in manifest:
            answer = client.get(f"/donnees/fichiers/{each['name']}")
            raw = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
            assert hashlib.sha256(raw).hexdigest() == each["sha256"]
            assert len(raw) == each["bytes"]
            contents[each["name"]] = gzip.decompress(raw).decode()
            again = client.get(
                f"/donnees/fichiers/{each['name']}", headers={"If-None-Match": answer["ETag"]}
            )
            assert again.status_code == 304
        cards = [json.loads(line) for line in contents["cards.jsonl.gz"].splitlines()]
        assert card.external_id in {record["external_id"] for record in cards}
        assert len(cards) == 2  # with that of the replication
        assert "claire" not in str(contents)
        rows = list(csv.DictReader(io.StringIO(contents["cards.csv.gz"])))
        assert "contact" not in rows[0]
        assert rows[0]["title"] == "'=1+1"
        needs = list(csv.DictReader(io.StringIO(contents["needs.csv.gz"])))
        assert [row["id"] for row in needs] == [str(need.pk)]
        assert "cards.csv.gz" in client.get("/donnees").content.decode()

    def test_the_former_goes_when_the_next_is_there(
        self, django_capture_on_commit_callbacks: Any
    ) -> None:
        published()
        dumps.make_all()
        dump = Dump.objects.get(name="cards.csv.gz")
        before, digest = dump.file.name, dump.sha256
        with django_capture_on_commit_callbacks(execute=True):
            dumps.make_all()
        dump.refresh_from_db()
        assert dump.sha256 == digest  # the same records, the same bytes
        assert dump.file.name == before or not default_storage.exists(before)

    def test_none_yet(self, client: Client) -> None:
        assert client.get("/donnees").status_code == 200
        assert client.get("/donnees/fichiers/cards.csv.gz").status_code == 404

    @pytest.mark.parametrize("name", ["cards", "needs", "schemes", "replications"])
    def test_each_has_its_schema(self, client: Client, name: str) -> None:
        published()
        NeedFactory(public=True)
        SchemeFactory()
        committed(world())
        dumps.make_all()
        schema = client.get(f"/schemas/tables/{name}.json").json()
        with Dump.objects.get(name=f"{name}.csv.gz").file.open("rb") as raw:
            header = gzip.decompress(raw.read()).decode().splitlines()[0].split(",")
        assert [field["name"] for field in schema["fields"]] == header
        assert all(field["title"] and field["description"] for field in schema["fields"])
        assert client.get(f"/schemas/tables/{name}").status_code == 200
        assert client.get("/schemas/tables/none").status_code == 404


class TestFeeds:
    def entries(self, client: Client, address: str) -> list[Any]:
        answer = client.get(address)
        assert answer["Content-Type"].startswith("application/atom+xml")
        return ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")

    def test_the_latest_cards_by_theme_and_territory(self, client: Client) -> None:
        theme, place = ThemeFactory(slug="logement"), TerritoryFactory(kind="commune", code="38185")
        card = published(title="Chez soi \x0b& ailleurs <b>", summary="Écrire à a@exemple.fr")
        card.themes.add(theme)
        card.territories.add(place)
        published()
        InitiativeFactory()
        assert len(self.entries(client, "/flux/initiatives.atom")) == 2
        for address in (
            "/flux/themes/logement.atom", "/flux/territoires/commune:38185.atom",
            "/flux/initiatives.atom?theme=logement",
        ):  # fmt: skip
            (entry,) = self.entries(client, address)
            assert entry.findtext(f"{ATOM}title") == "Chez soi & ailleurs <b>"
            assert "a@exemple.fr" not in ElementTree.tostring(entry, "unicode")
        answer = client.get("/flux/themes/logement.atom")
        again = client.get("/flux/themes/logement.atom", headers={"If-None-Match": answer["ETag"]})
        assert again.status_code == 304
        assert client.get("/flux/themes/none.atom").status_code == 404

    def test_needs_replications_findings(self, client: Client) -> None:
        NeedFactory(public=True)
        NeedFactory()
        committed(world())
        assert len(self.entries(client, "/flux/besoins.atom")) == 1
        assert len(self.entries(client, "/flux/reprises.atom")) == 1
        assert self.entries(client, "/flux/constats.atom") == []

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_each_text_says_its_language(self, client: Client, language: str) -> None:
        site = committed(world())
        published()
        for address, ours in (("/flux/reprises.atom", True), ("/flux/initiatives.atom", False)):
            body = client.get(f"{address}?lang={language}").content
            feed = ElementTree.fromstring(body)
            assert feed.get(LANG) == language
            entry = feed.find(f"{ATOM}entry")
            assert entry is not None
            # What people wrote is French whoever reads it; what we say of it is not.
            assert entry.get(LANG, language) == "fr"
            (summary,) = entry.findall(f"{ATOM}summary")
            assert summary.get(LANG, "fr") == (language if ours else "fr")
            if ours:
                says = "Reprise par" if language == "fr" else site.adopter.name
                assert says in (summary.text or "")
        client.cookies["essaim_langue"] = language
        calls = ElementTree.fromstring(client.get("/appels/flux.atom").content)
        assert calls.get(LANG) == language

    def test_the_letter_of_the_week(self, client: Client) -> None:
        theme = ThemeFactory(slug="logement")
        published(title="Chez soi").themes.add(theme)
        page = client.get("/flux/themes/logement/lettre").content.decode()
        assert "Chez soi" in page
        assert "<script" not in page
        assert "style=" not in page


class TestMachines:
    def linked(self, page: str) -> Any:
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        assert found
        return json.loads(found[1])

    def test_a_public_card_says_what_it_is(self, client: Client) -> None:
        holder = OrganisationFactory(siren="263800120")
        card = published(
            holder=holder, title="</script><script>alert(1)</script>", summary='"><b>&',
        )  # fmt: skip
        card.territories.add(TerritoryFactory(kind="commune", code="38185"))
        page = client.get(card.get_absolute_url()).content.decode()
        assert "<script>alert(1)" not in page
        data = self.linked(page)
        assert data["name"] == card.title
        assert data["identifier"] == card.external_id
        assert data["spatialCoverage"][0]["identifier"] == "commune:38185"
        assert data["creator"]["identifier"] == "SIREN 263800120"
        assert 'property="og:title"' in page

    def test_a_draft_says_nothing(self, client: Client) -> None:
        draft = InitiativeFactory(author=UserFactory())
        client.force_login(draft.author, backend="django.contrib.auth.backends.ModelBackend")
        assert "ld+json" not in client.get(draft.get_absolute_url()).content.decode()

    def test_the_map_of_the_site(self, client: Client, settings: Any) -> None:
        cards = [published() for _n in range(3)]
        InitiativeFactory()
        NeedFactory(private=True)
        call, hidden = CallFactory(), CallFactory(draft=True)
        event, draft = EventFactory(), EventFactory(draft=True)
        network = OrganisationFactory(kind="network")
        place, elsewhere = TerritoryFactory(), TerritoryFactory()
        cards[0].territories.add(place)
        # Several files of each kind, however high the keys of the test's database are.
        last = max(each.pk for each in (cards[-1], call.organiser, event, place))
        settings.OPEN_DATA = settings.OPEN_DATA | {"sitemap": max(1, last // 9)}
        index = client.get("/sitemap.xml").content.decode()
        addresses = re.findall(r"<loc>[^<]*?(/sitemap-[^<]+)</loc>", index)
        found = "".join(client.get(address).content.decode() for address in addresses)
        for path in (
            call.get_absolute_url(), event.get_absolute_url(), place.get_absolute_url(),
            call.organiser.get_absolute_url(), "/appels", "/tableau-de-bord", "/reseaux",
            f"/reseaux/{network.slug}",
        ):  # fmt: skip
            assert f"{path}</loc>" in found, path
        for path in (
            f"/reseaux/{call.organiser.slug}",
            hidden.get_absolute_url(),
            elsewhere.get_absolute_url(),
            draft.get_absolute_url(),
        ):
            assert f"{path}</loc>" not in found, path
        for card in cards:
            assert f"/initiatives/{card.slug}</loc>" in found
        assert len(re.findall("/initiatives/", found)) == 3
        assert "/besoins/" not in found
        assert client.get("/sitemap-initiatives-999999.xml").status_code == 404
        assert "Sitemap: " in client.get("/robots.txt").content.decode()


def test_pages_name_their_feeds(client: Client) -> None:
    place = TerritoryFactory(kind="department", code="38")
    for page, feed in {
        "/initiatives?track=social": "/flux/initiatives.atom?track=social",
        "/appels": "/appels/flux.atom",
        "/evenements": "/evenements/calendrier.ics?",
        place.get_absolute_url(): "/flux/territoires/department:38.atom",
    }.items():
        text = client.get(page).content.decode()
        assert re.search(f'<link rel="alternate"[^>]* href="{re.escape(feed)}">', text), page
        assert client.get(feed).status_code == 200
    listed = client.get("/donnees").content.decode()
    for feed in ("/appels/flux.atom", "/appels/calendrier.ics", "/evenements/calendrier.ics"):
        assert f'href="{feed}"' in listed


@pytest.mark.parametrize(
    "feed",
    ["/appels/flux.atom", "/appels/calendrier.ics", "/evenements/calendrier.ics",
     "/flux/initiatives.atom", "/flux/besoins.atom", "/flux/reprises.atom",
     "/dispositifs/calendrier.ics"],
)  # fmt: skip
def test_a_feed_that_did_not_change_is_not_sent_twice(client: Client, feed: str) -> None:
    CallFactory()
    EventFactory()
    published()
    NeedFactory(public=True)
    WindowFactory()
    committed(world())
    first = client.get(feed)
    again = client.get(feed, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    CallFactory()
    EventFactory()
    published()
    NeedFactory(public=True)
    WindowFactory()
    committed(world())
    assert client.get(feed, headers={"If-None-Match": first["ETag"]}).status_code == 200


class TestWidgets:
    def test_other_sites_may_frame_them_and_nothing_else(self, client: Client) -> None:
        card = published(title="Chez soi")
        answer = client.get("/widget/initiatives")
        assert "Chez soi" in answer.content.decode()
        assert "frame-ancestors *" in answer["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer
        assert not answer.cookies
        page = client.get(card.get_absolute_url())
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
        assert page["X-Frame-Options"] == "DENY"

    def test_for_a_territory(self, client: Client) -> None:
        place = TerritoryFactory(kind="commune", code="38185")
        kept = published(title="Ici")
        kept.territories.add(place)
        published(title="Là-bas")
        page = client.get("/widget/initiatives?territory=commune:38185").content.decode()
        assert "Ici" in page
        assert "Là-bas" not in page

    def test_where_an_initiative_runs(self, client: Client) -> None:
        site = committed(world())
        page = client.get(f"/widget/reprises/{site.initiative.slug}").content.decode()
        assert site.adopter.name in page
        assert client.get(f"/widget/reprises/{InitiativeFactory().slug}").status_code == 404

    def test_all_its_sites_are_counted(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(widgets, "SITES", 1)
        there = world()
        site = committed(there)
        committed(another(there))
        page = client.get(f"/widget/reprises/{site.initiative.slug}").content.decode()
        assert "2 résultats" in page and page.count("<li>") == 1

    def test_a_call_closes_by_its_own_clock_and_names_it(self, client: Client) -> None:
        ends = timezone.now().replace(hour=20, minute=30) + dt.timedelta(days=5)
        CallFactory(title="Ailleurs", zone="Indian/Reunion", closes_at=ends)
        page = client.get("/widget/appels").content.decode()
        # 20:30 UTC is half past midnight there, the next day.
        assert "00:30 (UTC+04:00, Indian/Reunion)" in page
        assert f"Ferme le {(ends + dt.timedelta(days=1)).day} " in page
        CallFactory(title="Ici")
        assert "(heure de Paris)" in client.get("/widget/appels").content.decode()

    def test_in_the_language_that_its_address_asks_for(self, client: Client) -> None:
        client.cookies["essaim_langue"] = "en"
        french = client.get("/widget/initiatives", headers={"Accept-Language": "en"})
        english = client.get("/widget/initiatives?langue=en")
        for answer, language, words in (
            (french, "fr", "Rien pour l’instant."), (english, "en", "Nothing yet."),
        ):  # fmt: skip
            assert answer["Content-Language"] == language
            assert f'<html lang="{language}">' in answer.content.decode()
            assert words in answer.content.decode()
        for wrong in ("xx", "%00", "en-GB", "fr&langue=%3Cscript%3E", ""):
            assert client.get(f"/widget/appels?langue={wrong}")["Content-Language"] == "fr"

    def test_the_number_of_results_leads_to_the_same_calls(self, client: Client) -> None:
        theirs = CallFactory(title="Le leur")
        CallFactory(title="Un autre")
        widget = client.get("/widget/appels", {"organiser": theirs.organiser.slug}).content.decode()
        assert "Un autre" not in widget
        address = f"/appels?organiser={theirs.organiser.slug}&amp;state=open"
        assert address in widget
        listed = client.get(address.replace("&amp;", "&")).content.decode()
        assert "Le leur" in listed and "Un autre" not in listed

    def test_the_code_to_copy_is_in_the_reader_s_language(self, client: Client) -> None:
        assert 'initiatives?territory=department:38"' in client.get("/donnees").content.decode()
        client.cookies["essaim_langue"] = "en"
        page = client.get("/donnees").content.decode()
        assert "initiatives?langue=en&amp;territory=department:38" in page
        assert "reprises/…?langue=en" in page

    def test_the_script_stays_at_its_address(self, client: Client) -> None:
        assert client.get("/widget/essaim.js")["Location"].endswith("embed.js")
