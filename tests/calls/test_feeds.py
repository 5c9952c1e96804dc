"""Calendars and the feed of calls: what visitors may read, in the formats that others read."""

from __future__ import annotations

import datetime as dt
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from essaim.calls.models import State
from essaim.common.typography import french
from tests.calls.factories import CallFactory, now
from tests.calls.factories_after import results
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
ALL, ATOM = "/appels/calendrier.ics", "/appels/flux.atom"


def read(url: str, **data: Any) -> str:
    answer = Client().get(url, data)
    assert answer.status_code == 200
    return answer.content.decode()


class TestCalendar:
    def test_has_instants_of_utc_and_folded_lines(self) -> None:
        call = CallFactory(
            title="Essaimer ; vague 2, printemps \\ été", edition_number=3,
            closes_at=dt.datetime(2027, 3, 28, 10, 0, tzinfo=dt.UTC),
            results_on=dt.date(2027, 6, 1), summary="é" * 200,
        )  # fmt: skip
        text = read(ALL)
        assert text.startswith("BEGIN:VCALENDAR\r\n") and text.endswith("END:VCALENDAR\r\n")
        assert "DTSTART:20270328T100000Z\r\n" in text
        assert "DTSTART;VALUE=DATE:20270601\r\n" in text
        assert french("SUMMARY:Clôture : Essaimer \\; vague 2\\, printemps \\\\ été\r\n") in text
        host = settings.PUBLIC_URL.partition("://")[2]
        assert f"UID:call-{call.pk}-closes@{host}\r\n" in text and "SEQUENCE:2\r\n" in text
        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
        assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 3

    def test_holds_no_draft_template_nor_old_call_whoever_asks(self) -> None:
        CallFactory(draft=True, title="Caché")
        CallFactory(is_template=True, title="Modèle")
        CallFactory(
            title="Ancien", state=State.CLOSED, opens_at=now(days=-900), closes_at=now(days=-800)
        )
        assert "BEGIN:VEVENT" not in read(ALL)
        hidden = CallFactory(draft=True)
        url = reverse("calls:call_calendar", args=[hidden.slug])
        assert Client().get(url).status_code == 404

    def test_no_expected_date_once_the_results_are_there(self) -> None:
        call = results(results_on=now(days=5).date())
        assert "Résultats attendus" not in read(reverse("calls:call_calendar", args=[call.slug]))

    def test_by_theme_and_by_place(self) -> None:
        theme, place = ThemeFactory(slug="sante"), TerritoryFactory(kind="department", code="38")
        CallFactory(title="Partout")
        CallFactory(title="Santé").themes.add(theme)
        CallFactory(title="Ici").territories.add(place)
        CallFactory(title="Là").territories.add(TerritoryFactory(kind="department", code="39"))
        assert read(ALL, theme="sante").count("BEGIN:VEVENT") == 2
        text = read(ALL, territory="department:38")
        assert "Partout" in text and "Ici" in text and "Là" not in text
        assert Client().get(ALL, {"theme": "rien"}).status_code == 404
        assert Client().get(ALL, {"territory": "x\0:y"}).status_code == 404

    def test_is_the_same_by_whatever_name_it_is_asked(self, settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["testserver", "autre.exemple.fr"]
        CallFactory()
        for address in (ALL, ATOM):
            other = Client(SERVER_NAME="autre.exemple.fr").get(address).content.decode()
            assert other == read(address) and "autre.exemple" not in other
            assert settings.PUBLIC_URL in other


class TestAtom:
    def test_is_well_formed_whatever_was_typed(self) -> None:
        call = CallFactory(title='<b>& "A"\x0b', summary="Écrire à zoe@exemple.fr ]]>")
        CallFactory(draft=True)
        root = ElementTree.fromstring(read(ATOM))
        space = {"a": "http://www.w3.org/2005/Atom"}
        (entry,) = root.findall("a:entry", space)
        assert entry.findtext("a:title", "", space) == '<b>& "A"'
        assert "zoe@exemple.fr" not in entry.findtext("a:summary", "", space)
        link = entry.find("a:link", space)
        assert link is not None and link.get("href") == f"{settings.PUBLIC_URL}/appels/{call.slug}"
        updated = dt.datetime.fromisoformat(entry.findtext("a:updated", "", space))
        assert updated <= dt.datetime.now(dt.UTC)

    def test_of_nothing_is_a_feed_still(self) -> None:
        ElementTree.fromstring(read(ATOM))


class TestTheListOfCalls:
    def test_its_links_keep_its_filters(self) -> None:
        theirs, other = CallFactory(title="Le leur"), CallFactory(title="Un autre")
        own = {"organiser": theirs.organiser.slug, "kind": theirs.kind}
        page = read("/appels", **own)
        assert "Le leur" in page and "Un autre" not in page
        assert theirs.organiser.name in page
        kept = f"?kind={theirs.kind}&amp;organiser={theirs.organiser.slug}"
        assert f'href="{ALL}{kept}"' in page and f'href="{ATOM}{kept}"' in page
        assert (
            f'type="application/atom+xml" title="flux des appels (Atom)" href="{ATOM}{kept}"'
            in page
        )
        for address in (ALL, ATOM):
            text = read(address, **own)
            assert "Le leur" in text and other.title not in text
            assert Client().get(address, {"kind": "bogus"}).status_code == 404
        assert "Un autre" in read("/appels", organiser="nobody")
