"""Following from the pages, reading what is new, choosing what comes by mail."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from essaim.following import actions, verbs
from essaim.following.actions import announcements
from essaim.following.models import Announcement, Follow, MailSettings, Notification
from essaim.following.verbs import Verb
from essaim.people.models import User
from tests.following.factories import (
    AnnouncementFactory,
    FollowFactory,
    MailSettingsFactory,
    NotificationFactory,
)
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db

NOTIFICATIONS = "/mon-espace/notifications"
SETTINGS = "/mon-espace/courriels"


@pytest.fixture(autouse=True)
def moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(verbs._verbs, "moved", Verb("moved", "« %(title)s » déménage"))


@pytest.fixture
def member(client: Client) -> User:
    user: User = UserFactory()
    client.force_login(user)
    return user


def follow(client: Client, kind: str, key: str, page: str = "/organisations") -> Any:
    return client.post("/suivre", {"kind": kind, "key": key, "next": page})


class TestTheButton:
    def pages(self) -> list[tuple[str, str, str]]:
        card = InitiativeFactory(published=True)
        organisation, place, theme = OrganisationFactory(), TerritoryFactory(), ThemeFactory()
        return [
            (card.get_absolute_url(), "card", str(card.pk)),
            (organisation.get_absolute_url(), "organisation", str(organisation.pk)),
            (place.get_absolute_url(), "territory", place.address),
            (f"/initiatives?theme={theme.slug}&sort=title", "theme", theme.slug),
            ("/initiatives?sort=title&q=v%C3%A9lo&page=2", "search", "q=v%C3%A9lo"),
        ]

    def test_on_each_page_to_follow_and_back(self, client: Client, member: User) -> None:
        MailSettingsFactory(user=member)
        for address, kind, key in self.pages():
            page = client.get(address).content.decode()
            assert f'name="kind" value="{kind}"' in page and f'value="{key}"' in page, address
            assert 'action="/suivre"' in page and "Ne plus suivre" not in page
            answer = follow(client, kind, key, address)
            assert answer["Location"] == address
            page = client.get(address).content.decode()
            assert 'action="/ne-plus-suivre"' in page and "Vous suivez «" in page
            client.post("/ne-plus-suivre", {"kind": kind, "key": key, "next": address})
            assert 'action="/suivre"' in client.get(address).content.decode()
        assert not Follow.objects.exists()

    def test_a_visitor_signs_in_and_comes_back(self, client: Client) -> None:
        for address, _kind, _key in self.pages():
            page = client.get(address).content.decode()
            assert 'action="/suivre"' not in page
            assert "/compte/login/?next=%2F" in page, address
        answer = follow(client, "organisation", "1", "/organisations/abri?page=2")
        assert answer["Location"] == "/compte/login/?next=/organisations/abri%3Fpage%3D2"

    def test_the_whole_bank_and_drafts_have_none(self, client: Client, member: User) -> None:
        draft = InitiativeFactory(author=member)
        for address in ("/initiatives", "/initiatives?sort=title", draft.get_absolute_url()):
            assert 'action="/suivre"' not in client.get(address).content.decode(), address

    def test_the_first_time_one_chooses_what_comes_by_mail(
        self, client: Client, member: User
    ) -> None:
        key = str(OrganisationFactory().pk)
        answer = follow(client, "organisation", key, "/organisations?q=a")
        assert answer["Location"] == f"{SETTINGS}?next=%2Forganisations%3Fq%3Da"
        page = client.get(answer["Location"]).content.decode()
        assert "Plus tard" in page and 'value="weekly" checked' not in page
        assert not MailSettings.objects.exists()  # following is no yes to mail
        answer = client.post(
            answer["Location"],
            {"digest": "weekly", "language": "fr", "next": "/organisations?q=a"},
        )
        assert answer["Location"] == "/organisations?q=a"
        assert MailSettings.objects.get(user=member).accepted_at
        assert follow(client, "organisation", key)["Location"] == "/organisations"

    @pytest.mark.parametrize("page", ["https://ailleurs.example/", "//ailleurs.example", "x\x00"])
    def test_nobody_is_led_elsewhere(self, client: Client, member: User, page: str) -> None:
        MailSettingsFactory(user=member)
        answer = follow(client, "organisation", str(OrganisationFactory().pk), page)
        assert "ailleurs" not in answer["Location"]
        answer = client.post(SETTINGS, {"digest": "never", "language": "fr", "next": page})
        assert "ailleurs" not in answer["Location"]

    @pytest.mark.parametrize(
        ("kind", "key"),
        [("card", "0"), ("card", "x\x00"), ("\x00", "1"), ("search", "q=\x00"), ("user", "1")],
    )
    def test_what_cannot_be_followed_says_so(
        self, client: Client, member: User, kind: str, key: str
    ) -> None:
        page = client.get(follow(client, kind, key)["Location"]).content.decode()
        assert "On ne peut pas suivre ceci" in page or kind == "search"

    def test_a_draft_of_someone_else_reveals_nothing(self, client: Client, member: User) -> None:
        draft = InitiativeFactory(title="Secret")
        page = client.get(follow(client, "card", str(draft.pk))["Location"]).content.decode()
        assert "Secret" not in page and not Follow.objects.exists()

    @pytest.mark.parametrize("followers", [1, 50])
    def test_it_costs_one_query(self, client: Client, member: User, followers: int) -> None:
        organisation = OrganisationFactory()
        with CaptureQueriesContext(connection) as without:
            client.get(f"/organisations/{organisation.slug}")
        for _ in range(followers):
            FollowFactory(key=str(organisation.pk))
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/organisations/{organisation.slug}")
        assert len(queries) == len(without)
        assert sum("following_follow" in q["sql"] for q in queries) == 1


class TestReading:
    def test_from_the_counter_to_nothing_left(self, client: Client, member: User) -> None:
        organisation = OrganisationFactory(name="Abri")
        follow(client, "organisation", str(organisation.pk))
        actions.announce("moved", [("organisation", str(organisation.pk))])
        announcements.spread(Announcement.objects.get().pk)
        header = client.get("/plan-du-site").content.decode().split("<main")[0]
        assert '1<span class="fr-sr-only"> non lues' in header
        page = client.get(NOTIFICATIONS).content.decode()
        assert "Nouveau" in page and organisation.get_absolute_url() in page
        assert "Tout marquer" not in page  # this page showed all
        page = client.get(NOTIFICATIONS).content.decode()
        assert "Nouveau" not in page and "non lues" not in page.split("<main")[0]

    def test_opening_the_thing_itself_is_reading(self, client: Client, member: User) -> None:
        organisation = OrganisationFactory()
        actions.tell(member, "moved", "organisation", str(organisation.pk))
        client.head(organisation.get_absolute_url())
        assert Notification.objects.unread().exists()
        client.get(organisation.get_absolute_url())
        assert not Notification.objects.unread().exists()

    def test_from_a_message_to_the_thing(self, client: Client, member: User) -> None:
        organisation = OrganisationFactory()
        told = actions.tell(member, "moved", "organisation", str(organisation.pk))
        assert told
        address = f"{NOTIFICATIONS}/{told.pk}"
        assert client.get(address)["Location"] == organisation.get_absolute_url()
        assert not Notification.objects.unread().exists()
        organisation.delete()
        assert client.get(address)["Location"] == NOTIFICATIONS
        assert "n’est plus accessible" in client.get(NOTIFICATIONS).content.decode()

    def test_ones_own_only(self, client: Client, member: User) -> None:
        theirs = NotificationFactory()
        assert client.get(f"{NOTIFICATIONS}/{theirs.pk}").status_code == 404
        client.post(f"{NOTIFICATIONS}/lues")
        theirs.refresh_from_db()
        assert theirs.read_at is None

    def test_all_at_once(self, client: Client, member: User) -> None:
        for _ in range(35):
            NotificationFactory(user=member, announcement=AnnouncementFactory(verb="moved"))
        page = client.get(NOTIFICATIONS).content.decode()
        assert page.count("Nouveau") == 30 and "Tout marquer comme lu" in page
        page = client.post(f"{NOTIFICATIONS}/lues", follow=True).content.decode()
        assert "5 notifications marquées" in page and "Nouveau" not in page

    def test_the_counter_stops_at_99(self, client: Client, member: User) -> None:
        about = AnnouncementFactory.create_batch(3, verb="moved")
        Announcement.objects.bulk_create(
            [Announcement(verb="moved", kind="theme", key=str(n)) for n in range(110)]
        )
        Notification.objects.bulk_create(
            [Notification(user=member, announcement=a) for a in Announcement.objects.all()]
        )
        assert "99+" in client.get("/plan-du-site").content.decode() and about

    @pytest.mark.parametrize("rows", [1, 3, 50])
    def test_lists_cost_the_same(
        self, client: Client, member: User, rows: int, django_assert_num_queries: Any
    ) -> None:
        for _ in range(rows):
            key = FollowFactory(user=member).key
            NotificationFactory(
                user=member, announcement=AnnouncementFactory(verb="moved", key=key)
            )
        # Session, person; count, rows, their subjects; read marks; what is left; header.
        with django_assert_num_queries(8):
            client.get(NOTIFICATIONS)
        with django_assert_num_queries(6):  # session, person; count, rows, subjects; header
            client.get("/mon-espace/suivis")


class TestSettings:
    def test_a_choice_is_kept_and_shown(self, client: Client, member: User) -> None:
        page = client.post(SETTINGS, {"digest": "", "language": "fr"})
        assert page.status_code == 422
        client.post(SETTINGS, {"digest": "daily", "language": "en"})
        chosen = MailSettings.objects.get(user=member)
        assert (chosen.digest, chosen.language, chosen.waits_by_mail) == ("daily", "en", False)
        first = chosen.accepted_at
        client.post(SETTINGS, {"digest": "weekly", "language": "en", "waits_by_mail": "on"})
        chosen.refresh_from_db()
        assert chosen.accepted_at == first and chosen.waits_by_mail
        client.post(SETTINGS, {"digest": "never", "language": "en"})
        chosen.refresh_from_db()
        assert chosen.accepted_at is None
        assert 'value="never"' in client.get(SETTINGS).content.decode()

    @pytest.mark.parametrize("digest", ["hourly", "daily'--", "x" * 5000])
    def test_odd_choices_are_refused(self, client: Client, member: User, digest: str) -> None:
        answer = client.post(SETTINGS, {"digest": digest, "language": "fr"})
        assert answer.status_code == 422 and not MailSettings.objects.exists()
