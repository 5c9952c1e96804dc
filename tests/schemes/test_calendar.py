"""Windows in calendars (RFC 5545), told to followers, and pages that nobody checks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from essaim.common.typography import french
from essaim.common.waiting import waiting_for
from essaim.following.actions.follows import follow
from essaim.following.models import Announcement
from essaim.schemes import following
from essaim.schemes.actions import reviewing, writing
from essaim.schemes.calendar import escape, fold_line
from essaim.schemes.forms.writing import WindowForm
from essaim.schemes.models import Scheme
from tests.people.factories import MembershipFactory, UserFactory
from tests.schemes.factories import SchemeFactory, WindowFactory

pytestmark = pytest.mark.django_db
URL = "/dispositifs/calendrier.ics"


class TestFeed:
    def test_one_event_for_each_day(self, client: Client) -> None:
        window = WindowFactory(
            scheme__title="Appel, vague 2 ; été", opens_on=None,
            closes_on=timezone.localdate() + dt.timedelta(days=3), label="lot \\1\nsuite",
        )  # fmt: skip
        response = client.get(URL)
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        text = response.content.decode()
        assert text.startswith("BEGIN:VCALENDAR\r\n") and text.endswith("END:VCALENDAR\r\n")
        assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 1
        assert french("SUMMARY:Clôture : Appel\\, vague 2 \\; été\r\n") in text
        assert f"DTSTART;VALUE=DATE:{window.closes_on:%Y%m%d}\r\n" in text
        assert "DESCRIPTION:lot \\\\1\\nsuite\\nFondation d’essai\r\n" in text
        assert "\n" not in text.replace("\r\n", "")

    def test_only_what_the_filters_keep_and_nothing_old(self, client: Client) -> None:
        WindowFactory(scheme__title="Gardé", scheme__helps=["funding"])
        WindowFactory(scheme__title="Filtré")
        WindowFactory(
            scheme__title="Ancien", scheme__helps=["funding"], opens_on=dt.date(2015, 1, 1),
            closes_on=dt.date(2015, 2, 1),
        )  # fmt: skip
        text = client.get(URL, {"help": "funding"}).content.decode()
        assert "Gardé" in text and "Filtré" not in text and "Ancien" not in text

    def test_identifiers_stay_from_one_day_to_the_next(self, client: Client) -> None:
        WindowFactory()

        def uids() -> list[bytes]:
            answer = client.get(URL).content.splitlines()
            return [line for line in answer if line.startswith(b"UID")]

        assert uids() == uids() and len(set(uids())) == 2

    def test_days_out_of_all_reason_are_left_out(self, client: Client) -> None:
        WindowFactory(opens_on=None, closes_on=dt.date(9999, 12, 31))
        response = client.get(URL)
        assert response.status_code == 200 and b"VEVENT" not in response.content

    @pytest.mark.parametrize("day", ["9999-12-31", "2101-01-01", "1999-12-31"])
    def test_the_form_refuses_such_days(self, day: str) -> None:
        form = WindowForm({"opens_on": day, "closes_on": day})
        assert not form.is_valid()
        assert form.errors["closes_on"] == ["Donnez un jour entre 2000 et 2100."]
        assert WindowForm({"opens_on": "2000-01-01", "closes_on": "2100-12-31"}).is_valid()

    def test_nothing_typed_can_add_a_line(self) -> None:
        assert escape("a\r\nBEGIN:VEVENT\x00\x1b") == "a\\nBEGIN:VEVENT"

    def test_long_lines_are_folded_between_letters(self) -> None:
        folded = fold_line("SUMMARY:" + "é" * 100)
        assert all(len(line.encode()) <= 75 for line in folded.split("\r\n"))
        assert folded.replace("\r\n ", "") == "SUMMARY:" + "é" * 100


class TestTold:
    def test_followers_hear_of_a_new_window_once_a_day(self) -> None:
        person, scheme = UserFactory(), SchemeFactory()
        follow(person, "scheme", str(scheme.pk))
        day = timezone.localdate()
        for month in (1, 2):
            closes = day + dt.timedelta(days=30 * month)
            writing.add_window(scheme, opens_on=None, closes_on=closes)
        assert Announcement.objects.filter(verb="scheme_opened").count() == 1

    def test_a_window_that_is_over_is_no_news(self) -> None:
        person, scheme = UserFactory(), SchemeFactory()
        follow(person, "scheme", str(scheme.pk))
        writing.add_window(scheme, opens_on=None, closes_on=dt.date(2015, 1, 1))
        assert not Announcement.objects.exists()


class TestDaysOfWindows:
    """A window is known months before: what counts is told when it comes."""

    def followed(self, **window: Any) -> Any:
        made = WindowFactory(**window)
        Scheme.objects.update(created_at=timezone.now() - dt.timedelta(days=90))
        follow(UserFactory(), "scheme", str(made.scheme.pk))
        return made.scheme

    def verbs(self) -> list[str]:
        return sorted(Announcement.objects.values_list("verb", flat=True))

    def test_followers_hear_once_that_it_opens_and_that_it_closes_soon(self) -> None:
        today = timezone.localdate()
        self.followed(opens_on=today, closes_on=today + dt.timedelta(days=14))
        self.followed(opens_on=None, closes_on=today + dt.timedelta(days=13))  # a day late
        self.followed(opens_on=today + dt.timedelta(days=1))
        assert following.days_of_windows() == 3
        assert self.verbs() == [*["scheme_window_ends"] * 2, "scheme_window_starts"]
        assert following.days_of_windows() == 0

    def test_nothing_of_what_is_not_in_the_directory(self) -> None:
        today = timezone.localdate()
        removed = self.followed(opens_on=today)
        reviewing.remove_scheme(removed, "Doublon.", by=UserFactory(manager=True))
        self.followed(opens_on=today, scheme__ended_on=dt.date(2020, 1, 1))
        assert following.days_of_windows() == 0


class TestStale:
    def test_waits_for_the_owners_members_and_for_managers(self) -> None:
        member, manager = MembershipFactory().user, UserFactory(manager=True)
        SchemeFactory(stale=True, owner=member.memberships.get().organisation, title="À relire")
        SchemeFactory(title="Relu")
        assert [w.about for w in waiting_for(member)] == ["À relire"]
        assert any("1 dispositif que personne" in w.title for w in waiting_for(manager))
        assert not list(waiting_for(UserFactory()))
