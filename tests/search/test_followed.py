"""A followed search tells of the cards that come to answer it."""

from __future__ import annotations

from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.common.typography import french
from essaim.following import reading
from essaim.following.actions import announcements, follows
from essaim.following.models import Announcement, Follow, Notification
from essaim.initiatives.actions.publication import publish_card
from essaim.search import actions, followed
from tests.following.factories import FollowFactory
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import AudienceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def follow(key: str) -> Any:
    user = UserFactory()
    follows.follow(user, "search", key)
    return user


def publish(**fields: Any) -> Any:
    """A card comes to the public, and the jobs that follow run."""
    card = publish_card(InitiativeFactory(submitted=True, **fields), by=UserFactory(manager=True))
    actions.embed([card.pk], "initiative")
    for job in ProcrastinateJob.objects.filter(task_name="search.match_searches"):
        followed.match(job.args["cards"])
    for pk in Announcement.objects.filter(spread_at=None).values_list("pk", flat=True):
        announcements.spread(pk)
    return card


def told(user: Any) -> list[tuple[str, str]]:
    mine = Notification.objects.filter(user=user).for_list()
    return [
        (line.text, line.because.title if line.because else "")
        for line in reading.lines(list(mine), user)
    ]


def test_words_and_filters() -> None:
    theme = ThemeFactory(name="Mobilité")
    words, filtered = follow("q=v%C3%A9lo"), follow(f"theme={theme.slug}&proof=3")
    both, no = follow(f"q=v%C3%A9lo&theme={theme.slug}&track=social"), follow("q=piscine")
    publish(title="Vélo-école", summary="On apprend le vélo.", themes=[theme], track="social")
    sentence = french("La fiche « Vélo-école » est publiée")
    assert told(words) == [(sentence, "vélo")]
    assert told(both) == [(sentence, "vélo, Mobilité, innovation sociale")]
    assert told(filtered) == told(no) == []


def test_theme_and_search_tell_the_same_card_once() -> None:
    theme = ThemeFactory()
    user = follow("q=v%C3%A9lo")
    FollowFactory(user=user, kind="theme", key=theme.slug)
    publish(title="Vélo-école", themes=[theme])
    assert len(told(user)) == 1 and Announcement.objects.count() == 1


def test_one_search_is_one_key_and_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [follow(key) for key in ("q=v%C3%A9lo", "q= v%C3%A9lo  &sort=title&page=3&x=1")]
    assert Follow.objects.values("key").distinct().count() == 1
    asked: list[Any] = []
    whole = followed._found
    monkeypatch.setattr(followed, "_found", lambda *given: asked.append(1) or whole(*given))
    publish(title="Vélo-école")
    assert len(asked) == 1 and [len(told(user)) for user in people] == [1, 1]


def test_no_job_where_nobody_follows_a_search() -> None:
    publish(title="Vélo-école")
    assert not ProcrastinateJob.objects.filter(task_name="search.match_searches").exists()


def test_a_search_whose_theme_is_gone_matches_nothing_and_says_so() -> None:
    theme = ThemeFactory()
    user = follow(f"q=v%C3%A9lo&theme={theme.slug}")
    theme.delete()
    publish(title="Vélo-école")
    assert told(user) == []
    (row,) = reading.followed(list(Follow.objects.filter(user=user)), user)
    assert row.shown is None
    follows.unfollow(user, "search", row.follow.key)
    assert not Follow.objects.exists()


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_their_titles_cost_the_same(rows: int, django_assert_num_queries: Any) -> None:
    keys = [
        f"q=mot{n}&territory={TerritoryFactory().address}&theme={ThemeFactory().slug}"
        f"&audience={AudienceFactory().slug}&cost_max=10"
        for n in range(rows)
    ]
    with django_assert_num_queries(3):
        assert len(followed.read(keys)) == rows


@pytest.mark.parametrize(
    "key", ["proof=x", "cost_min=x", "territory=commune", "theme=non", "audience=non", "%00=%00"]
)
def test_what_a_key_should_never_hold_is_left_out(key: str) -> None:
    assert [c for c in followed.read([key]).values() if followed.key_of(c)] == []
