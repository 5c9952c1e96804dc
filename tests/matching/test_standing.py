"""Standing needs: weighed when stated, compared with cards that change, their authors told."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from essaim.following.models import Notification
from essaim.initiatives.models import Initiative, Status
from essaim.initiatives.signals import card_saved
from essaim.matching import notifications
from essaim.matching.actions import standing
from essaim.matching.models import Dismissal, Match, Pending, Standing
from essaim.needs.actions import Content, answer_need, state_need, withdraw_need
from essaim.needs.models import Need
from essaim.search import actions as search
from tests.matching.factories import DismissalFactory
from tests.matching.helpers import known, meaning
from tests.needs.factories import NeedFactory
from tests.people.factories import UserFactory
from tests.search.helpers import card

pytestmark = pytest.mark.django_db
TEXT = "Chauffer les logements des ménages"


@pytest.fixture(autouse=True)
def words_mean_themselves() -> Iterator[None]:
    with meaning():
        yield


def weighed(text: str = TEXT, **fields: Any) -> Need:
    need = NeedFactory(text=text, **fields)
    standing.weigh([need.pk])
    return need


def arrives(title: str = TEXT, **fields: Any) -> Initiative:
    made = known(title, **fields)
    standing.note_changed([made.pk])
    return made


def matched(need: Need) -> set[int]:
    return set(Match.objects.filter(need=need).values_list("initiative", flat=True))


class TestWeighing:
    def test_finds_good_answers_and_tells_nobody(self) -> None:
        good = known(TEXT)
        known("Autre chose tout à fait")
        known(TEXT, consent_to_scale=False)
        known(TEXT, status=Status.IDEA)
        need = weighed()
        assert matched(need) == {good.pk}
        assert Standing.objects.get(need=need).closest == pytest.approx(1, abs=0.01)
        assert not Notification.objects.exists()

    def test_again_after_a_change(self) -> None:
        known(TEXT)
        need = weighed()
        need.text, need.version = "Un médecin pour le canton", 2
        need.save()
        assert standing.unread() == [need.pk]
        standing.weigh([need.pk])
        assert matched(need) == set() and standing.unread() == []

    def test_a_need_withdrawn_meanwhile(self) -> None:
        need = NeedFactory()
        pk = need.pk
        withdraw_need(need)
        assert standing.weigh([pk]) == 0
        assert not Standing.objects.exists()

    def test_what_was_kept_goes_with_the_need(self) -> None:
        known(TEXT)
        need = weighed()
        DismissalFactory(need=need)
        withdraw_need(need)
        assert not Standing.objects.exists() and not Match.objects.exists()
        assert not Dismissal.objects.exists()

    def test_a_need_that_is_answered_is_compared_no_more(self) -> None:
        need = weighed()
        answer_need(need, by=need.author)
        standing.weigh([need.pk])
        arrives()
        assert standing.compare() == {"cards": 1, "matches": 0, "told": 0}
        assert standing.unread() == []

    def test_stating_a_need_asks_for_it(self) -> None:
        need = state_need(UserFactory(), Content("Chauffer les logements"), submission=uuid.uuid4())
        with connection.cursor() as cursor:
            cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'matching.weigh'")
            assert f'{{"needs": [{need.pk}]}}' in [str(row[0]) for row in cursor.fetchall()]

    def test_without_a_meaning_the_words_decide(self) -> None:
        from essaim.search import encoder

        with encoder.use(None):
            good = card(TEXT)
            need = weighed()
        assert matched(need) == {good.pk}
        assert Standing.objects.get(need=need).embedding is None


class TestNewCards:
    def test_tell_the_author_once_a_day(self) -> None:
        need = weighed()
        other = weighed("Un médecin pour le canton")
        first = arrives()
        assert standing.compare() == {"cards": 1, "matches": 1, "told": 1}
        assert matched(need) == {first.pk} and matched(other) == set()
        told = Notification.objects.get()
        assert told.user == need.author
        assert told.announcement.verb == notifications.NEW_ANSWERS
        arrives(TEXT + " modestes")
        assert standing.compare()["matches"] == 1
        assert Notification.objects.count() == 1

    def test_an_old_card_beyond_those_kept_is_no_news(self) -> None:
        old = [known(f"{TEXT} {n}") for n in range(25)]
        need = weighed()
        assert len(matched(need)) == 20
        standing.note_changed([made.pk for made in old])
        assert standing.compare() == {"cards": 25, "matches": 5, "told": 0}
        assert not Match.objects.filter(is_news=True).exists()
        new = arrives()
        assert standing.compare()["told"] == 1
        assert Match.objects.get(is_news=True).initiative == new

    def test_an_old_card_that_now_answers_is_news_where_all_were_known(self) -> None:
        made = known(TEXT, consent_to_scale=False)
        need = weighed()
        Initiative.objects.filter(pk=made.pk).update(consent_to_scale=True)
        standing.note_changed([made.pk])
        assert standing.compare()["told"] == 1 and matched(need) == {made.pk}

    def test_what_is_new_says_so_on_the_page_of_answers(self, client: Client) -> None:
        known(f"{TEXT} anciens")
        need = weighed(public=True)
        made = arrives()
        standing.compare()
        page = client.get(f"/besoins/{need.pk}/reponses").content.decode()
        assert page.count(">nouvelle<") == 1
        before, _after = page.split(">nouvelle<")
        assert before.rindex(made.get_absolute_url()) > before.rindex("<h3")
        Match.objects.update(found_at=timezone.now() - dt.timedelta(days=31))
        assert ">nouvelle<" not in client.get(f"/besoins/{need.pk}/reponses").content.decode()

    def test_only_what_changed_is_compared(self) -> None:
        weighed()
        arrives()
        standing.compare()
        assert not Pending.objects.exists()
        assert standing.compare() == {"cards": 0, "matches": 0, "told": 0}

    def test_a_card_changed_again_is_not_told_again(self) -> None:
        weighed()
        made = arrives()
        standing.compare()
        standing.note_changed([made.pk])
        assert standing.compare() == {"cards": 1, "matches": 0, "told": 0}

    def test_a_saved_card_is_noted_once(self) -> None:
        made = known(TEXT)
        Pending.objects.all().delete()
        for _each in range(3):
            card_saved.send(sender=Initiative, initiatives=[made.pk])
        assert list(Pending.objects.values_list("initiative", flat=True)) == [made.pk]

    def test_a_card_that_leaves_no_longer_answers(self) -> None:
        need = weighed()
        made = arrives()
        standing.compare()
        Initiative.objects.filter(pk=made.pk).update(status=Status.STOPPED)
        standing.note_changed([made.pk])
        standing.compare()
        assert matched(need) == set()

    def test_a_card_that_says_something_else_no_longer_answers(self) -> None:
        need = weighed()
        made = arrives()
        standing.compare()
        Initiative.objects.filter(pk=made.pk).update(
            title="Peindre une fresque", summary="Avec tout le quartier"
        )
        search.index("initiative", [made.pk])
        search.embed([made.pk], "initiative")
        standing.note_changed([made.pk])
        standing.compare()
        assert matched(need) == set()

    def test_a_card_whose_meaning_is_not_known_yet_waits(self) -> None:
        need = weighed()
        made = card(TEXT)
        standing.note_changed([made.pk])
        assert standing.compare()["cards"] == 0
        assert Pending.objects.exists()
        search.embed([made.pk], "initiative")
        standing.compare()
        assert matched(need) == {made.pk}

    def test_a_card_deleted_meanwhile_is_forgotten(self) -> None:
        standing.note_changed([424_242])
        assert standing.compare()["cards"] == 1
        assert not Pending.objects.exists()

    def test_in_batches_as_in_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(standing, "CARDS_AT_ONCE", 2)
        monkeypatch.setattr(standing, "NEEDS_AT_ONCE", 2)
        needs = [weighed() for _each in range(5)]
        cards = {arrives().pk for _each in range(5)}
        assert standing.compare()["matches"] == 25
        assert all(matched(need) == cards for need in needs)

    def test_a_closed_account_is_told_nothing(self) -> None:
        need = weighed()
        need.author.is_active = False
        need.author.save()
        arrives()
        assert standing.compare()["told"] == 0

    def test_nothing_of_the_need_is_kept_in_what_is_told(self) -> None:
        weighed(private=True)
        arrives()
        standing.compare()
        announcement = Notification.objects.get().announcement
        assert announcement.extra == {} and "Chauffer" not in str(vars(announcement))
