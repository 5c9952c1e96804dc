"""Something happens to what people follow: each is told once, and never of their own act."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.common.errors import DomainError
from essaim.following import actions, reading, verbs
from essaim.following.actions import announcements, follows
from essaim.following.actions import reading as marks
from essaim.following.models import Announcement, Follow, Notification
from essaim.following.verbs import Verb
from tests.following.factories import FollowFactory, NotificationFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def moved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A verb of the tests: an organisation has moved."""
    monkeypatch.setitem(
        verbs._verbs, "moved", Verb("moved", "« %(title)s » déménage", unseen="Elle a déménagé.")
    )


def spread_all() -> None:
    for pk in Announcement.objects.filter(spread_at=None).values_list("pk", flat=True):
        announcements.spread(pk)


def told(user: Any) -> list[str]:
    mine = Notification.objects.filter(user=user).for_list()
    return [line.text for line in reading.lines(list(mine), user)]


class TestFollowing:
    def test_once_whatever_the_clicks(self) -> None:
        user, organisation = UserFactory(), OrganisationFactory()
        for _ in range(2):
            follows.follow(user, "organisation", f" {organisation.pk} ")
        assert Follow.objects.filter(user=user).count() == 1
        for _ in range(2):
            follows.unfollow(user, "organisation", str(organisation.pk))
        assert not Follow.objects.exists()

    @pytest.mark.parametrize(
        ("kind", "key"),
        [
            ("organisation", "0"), ("organisation", "9" * 40), ("organisation", "1 OR 1=1"),
            ("organisation", ""), ("theme", "rien"), ("territory", "commune:"),
            ("territory", "x" * 2000), ("nothing", "1"), ("card", "12"), ("search", "sort=title"),
            ("search", ""), ("search", "q=" + "e" * 900 + "&" + "phase=validate&" * 50),
        ],
    )  # fmt: skip
    def test_what_is_not_there_is_not_followed(self, kind: str, key: str) -> None:
        if kind == "search" and len(key) > 900:
            follows.follow(UserFactory(), kind, key)  # said twice: its one spelling is short
            return
        with pytest.raises(DomainError):
            follows.follow(UserFactory(), kind, key)

    def test_as_many_as_the_setting_allows(self, settings: Any) -> None:
        settings.FOLLOWS_AT_MOST = 1
        first = FollowFactory()
        follows.follow(first.user, first.kind, first.key)  # the same again is no other
        with pytest.raises(DomainError, match="1"):
            follows.follow(first.user, "organisation", str(OrganisationFactory().pk))

    def test_each_kind_is_shown_as_it_is_now(self) -> None:
        user = UserFactory()
        theme, place = ThemeFactory(name="Santé"), TerritoryFactory(label="Grenoble (38)")
        organisation = OrganisationFactory(name="Ancien nom")
        for kind, key in [
            ("theme", theme.slug), ("territory", place.address),
            ("organisation", str(organisation.pk)), ("search", "theme=" + theme.slug + "&q=vélo"),
        ]:  # fmt: skip
            follows.follow(user, kind, key)
        organisation.name = "Nouveau nom"
        organisation.save(update_fields=["name"])
        shown = [
            row.shown and row.shown.title
            for row in reading.followed(list(Follow.objects.filter(user=user)), user)
        ]
        assert sorted(shown) == ["Grenoble (38)", "Nouveau nom", "Santé", "vélo, Santé"]


class TestAnnouncing:
    def test_followers_are_told_once_and_the_author_never(self) -> None:
        organisation, theme = OrganisationFactory(name="Abri"), ThemeFactory()
        refs = [("organisation", str(organisation.pk)), ("theme", theme.slug)]
        both, author, other = UserFactory(), UserFactory(), UserFactory()
        for user in (both, author):
            for kind, key in refs:
                FollowFactory(user=user, kind=kind, key=key)
        FollowFactory(user=UserFactory(is_active=False), kind=refs[0][0], key=refs[0][1])
        actions.announce("moved", refs, by=author)
        job = ProcrastinateJob.objects.get(task_name="following.spread")
        assert job.args == {"announcements": [Announcement.objects.get().pk]}
        for _ in range(2):
            announcements.spread(Announcement.objects.get().pk)
        assert told(both) == ["« Abri » déménage"]
        assert told(author) == told(other) == []
        assert Notification.objects.count() == 1
        assert Notification.objects.get().because_kind == "organisation"

    def test_nothing_is_written_where_nobody_follows(self) -> None:
        assert actions.announce("moved", [("theme", ThemeFactory().slug)]) is None
        assert not Announcement.objects.exists() and not ProcrastinateJob.objects.exists()

    def test_undone_with_the_act(self) -> None:
        follow = FollowFactory()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            actions.announce("moved", [(follow.kind, follow.key)])
            raise ZeroDivisionError
        assert not Announcement.objects.exists() and not ProcrastinateJob.objects.exists()

    def test_one_occasion_is_announced_once(self) -> None:
        follow = FollowFactory()
        ref = (follow.kind, follow.key)
        for _ in range(3):
            actions.announce("moved", [ref], once="2026-11-22")
            spread_all()
        late = FollowFactory(kind=follow.kind, key=follow.key)
        actions.announce("moved", [ref], once="2026-11-22")
        spread_all()
        assert Announcement.objects.count() == 1
        assert len(told(follow.user)) == len(told(late.user)) == 1
        actions.announce("moved", [ref], once="2026-11-23")
        spread_all()
        assert len(told(follow.user)) == 2

    def test_who_follows_afterwards_is_not_told_of_before(self) -> None:
        follow = FollowFactory()
        actions.announce("moved", [(follow.kind, follow.key)])
        late = FollowFactory(kind=follow.kind, key=follow.key)
        spread_all()
        assert told(late.user) == []

    def test_a_misspelt_verb_is_a_fault(self) -> None:
        with pytest.raises(LookupError):
            actions.announce("mooved", [("theme", "x")])
        with pytest.raises(LookupError):
            actions.tell(UserFactory(), "moved", "themes", "x")

    @pytest.mark.parametrize("objects", [1, 3, 50])
    def test_many_at_once_cost_as_much_as_one(
        self, objects: int, django_assert_max_num_queries: Any
    ) -> None:
        some = [FollowFactory() for _ in range(objects)]
        with django_assert_max_num_queries(8):
            actions.announce_each("moved", [[(f.kind, f.key)] for f in some])
        assert Announcement.objects.count() == objects

    def test_a_job_that_died_half_way_is_taken_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(announcements, "BATCH", 2)
        key = str(OrganisationFactory().pk)
        for _ in range(5):
            FollowFactory(key=key)
        actions.announce("moved", [("organisation", key)])
        pk = Announcement.objects.get().pk
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(announcements._SPREAD, {"announcement": pk, "after": 0, "batch": 2})
        assert Notification.objects.count() == 2
        assert announcements.spread_forgotten() == 0  # its job may still be at it
        assert announcements.spread_forgotten(timezone.now() + dt.timedelta(hours=1)) == 1
        assert Notification.objects.count() == 5
        assert announcements.spread_forgotten(timezone.now() + dt.timedelta(hours=1)) == 0

    def test_an_erased_object_leaves_nothing(self) -> None:
        follow = FollowFactory()
        actions.announce("moved", [(follow.kind, follow.key)])
        spread_all()
        actions.forget_subject(follow.kind, [follow.key])
        assert not (Follow.objects.exists() or Notification.objects.exists())


class TestTelling:
    def test_one_person_and_never_of_their_own_act(self) -> None:
        user, organisation = UserFactory(), OrganisationFactory(name="Abri")
        key = str(organisation.pk)
        actions.tell(user, "moved", "organisation", key, waits=True)
        assert told(user) == ["« Abri » déménage"]
        assert actions.tell(user, "moved", "organisation", key, by=user) is None
        assert actions.tell(None, "moved", "organisation", key) is None
        gone = UserFactory(is_active=False)
        assert actions.tell(gone, "moved", "organisation", key) is None

    def test_several_people_of_one_occasion(self) -> None:
        key, people = str(OrganisationFactory().pk), [UserFactory(), UserFactory()]
        for _ in range(2):
            for user in people:
                actions.tell(user, "moved", "organisation", key, once="x")
        assert Announcement.objects.count() == 1
        assert [len(told(user)) for user in people] == [1, 1]


class TestReading:
    def test_what_is_gone_is_said_without_a_title(self) -> None:
        user = UserFactory()
        actions.tell(user, "moved", "organisation", "999999")
        (line,) = reading.lines(list(Notification.objects.for_list()), user)
        assert (line.text, line.html, line.url) == ("Elle a déménagé.", "Elle a déménagé.", "")

    def test_a_title_is_text_in_pages_and_one_line_in_mail(self) -> None:
        user = UserFactory()
        name = "<img src=x onerror=alert(1)>\r\nBcc: tous@exemple.fr 100 % %(x)s"
        actions.tell(user, "moved", "organisation", str(OrganisationFactory(name=name).pk))
        (line,) = reading.lines(list(Notification.objects.for_list()), user)
        assert "<img" not in line.html and "&lt;img" in line.html and 'lang="fr"' in line.html
        assert "\n" not in line.text and "100 % %(x)s" in line.text

    def test_unfollowing_takes_away_what_was_not_read(self) -> None:
        follow = FollowFactory()
        actions.announce("moved", [(follow.kind, follow.key)])
        spread_all()
        follows.unfollow(follow.user, follow.kind, follow.key)
        assert told(follow.user) == []

    def test_one_marks_only_ones_own(self) -> None:
        mine, theirs = NotificationFactory(), NotificationFactory()
        marks.mark_read(mine.user, [mine.pk, theirs.pk])
        theirs.refresh_from_db()
        assert theirs.read_at is None
        assert reading.unread_count(mine.user) == 0

    @pytest.mark.parametrize("rows", [1, 3, 50])
    def test_lines_cost_the_same(self, rows: int, django_assert_num_queries: Any) -> None:
        user = UserFactory()
        for _ in range(rows):
            NotificationFactory(user=user, because_kind="theme", because_key=ThemeFactory().slug)
        found = list(Notification.objects.filter(user=user).for_list())
        with django_assert_num_queries(2):
            assert len(reading.lines(found, user)) == rows
