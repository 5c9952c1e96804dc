"""What following keeps of a person, how long, and what goes when they leave."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from essaim.following import verbs
from essaim.following.actions import mailing, retention
from essaim.following.models import Announcement, Follow, Notification
from essaim.following.verbs import Verb
from essaim.people import personal_data
from essaim.people.actions.deletion import delete_account
from tests.following.factories import (
    FollowFactory,
)
from tests.following.told import WEDNESDAY, follower, news
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(verbs._verbs, "moved", Verb("moved", "« %(title)s » déménage"))


def test_what_is_old_goes() -> None:
    old = timezone.now() - dt.timedelta(days=366)
    user = UserFactory()
    news(user, created_at=old)
    Announcement.objects.update(at=old)
    kept = news(user)
    assert retention.forget_old(365) == 1
    assert list(Notification.objects.all()) == [kept]
    assert list(Announcement.objects.all()) == [kept.announcement]


def test_who_leaves_is_followed_by_nothing() -> None:
    user, other = follower(), follower()
    FollowFactory(user=user)
    mine, theirs = news(user), news(other, "Autre")
    Announcement.objects.filter(pk=theirs.announcement_id).update(by=user)
    archive = personal_data.archive(user)["following"]
    assert [len(archive[key]) for key in ("follows", "notifications", "mail")] == [1, 1, 1]
    delete_account(user, keep_name=False)
    assert list(Notification.objects.all()) == [theirs] and mine
    assert not Follow.objects.exists()
    assert not Announcement.objects.filter(by=user).exists()
    assert mailing.send_due_digests(WEDNESDAY) == 1
