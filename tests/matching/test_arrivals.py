"""New schemes and pools are told to the needs that stand; what was there before is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from essaim.following.models import Notification
from essaim.funding.actions import pools
from essaim.matching import notifications
from essaim.matching.actions import arrivals, standing
from essaim.matching.models import Announced, Arrival, Match
from essaim.needs.actions import withdraw_need
from essaim.schemes.models import Scheme
from essaim.schemes.signals import scheme_saved
from essaim.search import actions as search
from tests.funding import factories as funding
from tests.matching.factories import DismissalFactory
from tests.matching.helpers import known, meaning
from tests.needs.factories import NeedFactory
from tests.schemes.factories import SchemeFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
TEXT = "Chauffer les logements des ménages"


@pytest.fixture(autouse=True)
def words_mean_themselves() -> Iterator[None]:
    with meaning():
        yield


def weighed(text: str = TEXT, **fields: Any) -> Any:
    need: Any = NeedFactory(text=text, **fields)
    standing.weigh([need.pk])
    return need


def arrives(title: str = TEXT, places: list[Any] | None = None, **fields: Any) -> Any:
    made: Any = SchemeFactory(title=title, description=title, **fields)
    made.territories.set(places or [])
    scheme_saved.send(sender=Scheme, schemes=[made.pk])
    search.index("scheme", [made.pk])
    search.embed([made.pk], "scheme")
    return made


def told() -> list[int]:
    rows = Notification.objects.filter(announcement__verb=notifications.NEW_ANSWERS)
    return sorted(rows.values_list("user", flat=True))


class TestSchemes:
    def test_are_told_once_to_who_they_answer(self) -> None:
        need, other = weighed(), weighed("Un médecin pour le canton")
        made = arrives()
        assert arrivals.tell() == {"arrivals": 1, "told": 1}
        assert told() == [need.author_id] and other.author_id not in told()
        scheme_saved.send(sender=Scheme, schemes=[made.pk, made.pk])
        assert Arrival.objects.count() == 1
        assert arrivals.tell() == {"arrivals": 1, "told": 0}
        assert not Arrival.objects.exists() and Announced.objects.count() == 1

    def test_reach_the_places_they_serve(self) -> None:
        region = TerritoryFactory(kind="region")
        inside, elsewhere = TerritoryFactory(inside=[region]), TerritoryFactory()
        near, far = weighed(territory=inside), weighed(territory=elsewhere)
        nowhere = weighed(territory=None)
        arrives(places=[region])
        arrivals.tell()
        assert told() == [near.author_id]
        arrives(TEXT + " modestes")  # everywhere
        assert set(arrivals.tell()) == {"arrivals", "told"}
        pairs = Announced.objects.values_list("need", flat=True)
        assert sorted(pairs) == sorted([near.pk, near.pk, far.pk, nowhere.pk])

    def test_that_were_there_before_the_need_are_no_news(self) -> None:
        made = arrives()
        arrivals.tell()
        weighed()
        scheme_saved.send(sender=Scheme, schemes=[made.pk])
        assert arrivals.tell() == {"arrivals": 1, "told": 0}

    @pytest.mark.parametrize("fields", [{"ended_on": "2020-01-01"}, {"proposed": True}])
    def test_that_nobody_may_use_yet_or_any_more(self, fields: dict[str, Any]) -> None:
        weighed()
        arrives(**fields)
        assert arrivals.tell()["told"] == 0

    def test_set_aside_or_of_a_need_withdrawn(self) -> None:
        need, gone = weighed(), weighed()
        made = arrives()
        DismissalFactory(need=need, kind="scheme", object_id=made.pk)
        withdraw_need(gone)
        assert arrivals.tell()["told"] == 0 and told() == []

    def test_wait_for_their_meaning(self) -> None:
        weighed()
        made: Any = SchemeFactory(title=TEXT, description=TEXT)
        scheme_saved.send(sender=Scheme, schemes=[made.pk])
        search.index("scheme", [made.pk])
        assert arrivals.tell() == {"arrivals": 0, "told": 0}
        assert Arrival.objects.count() == 1
        search.embed([made.pk], "scheme")
        assert arrivals.tell() == {"arrivals": 1, "told": 1}


class TestPools:
    def test_of_what_answers_the_need_are_told(self) -> None:
        card = known(TEXT)
        need, other = weighed(), weighed("Un médecin pour le canton")
        assert Match.objects.filter(need=need, initiative=card).exists()
        funding.opened(card=card, holder=card.author)
        assert arrivals.tell() == {"arrivals": 1, "told": 1}
        assert told() == [need.author_id] and other.author_id not in told()
        assert arrivals.tell() == {"arrivals": 0, "told": 0}

    def test_that_all_may_not_read_are_not(self) -> None:
        card = known(TEXT)
        weighed()
        funding.opened(card=card, holder=card.author, audience="restricted")
        assert not Arrival.objects.exists()
        public = known(TEXT + " modestes")
        standing.note_changed([public.pk])
        standing.compare()
        story = funding.opened(card=public, holder=public.author)
        Notification.objects.all().delete()
        pools.abandon(story.pool, by=story.lead, reason="Non.", lesson="Tôt.")
        assert arrivals.tell() == {"arrivals": 1, "told": 0}
