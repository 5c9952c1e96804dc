"""New schemes, pools and sponsors are told to the needs that stand; what was there before is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from essaim.following.models import Notification
from essaim.funding.actions import pools
from essaim.matching import notifications
from essaim.matching.actions import arrivals, standing
from essaim.matching.models import Announced, Arrival, Match
from essaim.needs.actions import withdraw_need
from essaim.needs.models import Need
from essaim.schemes.actions.reviewing import accept_scheme
from essaim.schemes.models import Scheme
from essaim.schemes.signals import scheme_saved
from essaim.search import actions as search
from essaim.sponsorship.actions import profiles
from tests.funding import factories as funding
from tests.matching.factories import DismissalFactory
from tests.matching.helpers import known, meaning
from tests.needs.factories import NeedFactory
from tests.people.factories import MembershipFactory, UserFactory
from tests.schemes.factories import SchemeFactory
from tests.sponsorship.factories import SponsorFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

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
        client = Client()
        client.force_login(need.author, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(reverse("matching:answers", args=[need.pk])).content.decode()
        assert made.title in page and ">nouvelle<" in page

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

    def test_proposed_before_the_need_and_accepted_after_are_news(self) -> None:
        made = arrives(proposed=True)
        arrivals.tell()
        weighed()
        accept_scheme(made, by=UserFactory(manager=True), version=made.version)
        search.embed([made.pk], "scheme")
        assert arrivals.tell()["told"] == 1

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

    def test_of_what_was_set_aside_are_not(self) -> None:
        card = known(TEXT)
        need = weighed()
        DismissalFactory(need=need, kind="initiative", object_id=card.pk)
        funding.opened(card=card, holder=card.author)
        assert arrivals.tell() == {"arrivals": 1, "told": 0}


class TestSponsors:
    """The employer agrees: somebody new knows the place."""

    def agreed(self, **fields: Any) -> Any:
        sponsor: Any = SponsorFactory(asked=True, **fields)
        head = MembershipFactory(organisation=sponsor.employer, role="representative").user
        return profiles.answer_agreement(sponsor, by=head, agreed=True, signatory="Directrice")

    def test_of_the_place_are_told_once_and_marked(self) -> None:
        region = TerritoryFactory(kind="region")
        near = weighed(territory=TerritoryFactory(inside=[region]))
        far, nowhere = weighed(territory=TerritoryFactory()), weighed(territory=None)
        sponsor = self.agreed(territory=region)
        assert arrivals.tell() == {"arrivals": 1, "told": 1}
        assert told() == [near.author_id]
        assert far.author_id not in told() and nowhere.author_id not in told()
        profiles.save_profile(
            sponsor.user, themes=[], employer=sponsor.employer, territory=region, capacity=5,
            starts_on=sponsor.starts_on, ends_on=sponsor.ends_on,
        )  # fmt: skip
        assert arrivals.tell() == {"arrivals": 0, "told": 0}
        client = Client()
        client.force_login(near.author, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(reverse("matching:answers", args=[near.pk])).content.decode()
        assert sponsor.user.name in page and ">nouvelle<" in page
        Announced.objects.update(at=timezone.now() - dt.timedelta(days=31))
        page = client.get(reverse("matching:answers", args=[near.pk])).content.decode()
        assert sponsor.user.name in page and ">nouvelle<" not in page

    def test_who_came_is_shown_though_three_were_nearer(self) -> None:
        region = TerritoryFactory(kind="region")
        place = TerritoryFactory(inside=[region])
        near = {self.agreed(territory=place).pk for _each in range(3)}
        Arrival.objects.all().delete()
        need = weighed(territory=place)
        late = self.agreed(territory=region)
        others = [self.agreed(territory=region, is_listed=False) for _each in range(2)]
        assert arrivals.tell()["told"] == 1
        client = Client()
        client.force_login(need.author, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(reverse("matching:answers", args=[need.pk])).content.decode()
        assert late.user.name in page and page.count(">nouvelle<") == 1
        assert len(near) == 3 and not any(each.user.name in page for each in others)

    def test_of_the_whole_country_are_told_by_theme(self) -> None:
        country, theme = TerritoryFactory(kind="country"), ThemeFactory()
        place = TerritoryFactory(inside=[country])
        mine, other = weighed(territory=place, theme=theme), weighed(territory=place)
        nowhere = weighed(theme=theme)
        sponsor: Any = SponsorFactory(draft=True, territory=country)
        sponsor.themes.add(theme)
        profiles.declare_agreement(sponsor.user, signatory="Maire", reference="2026-1")
        arrivals.tell()
        assert told() == sorted([mine.author_id, nowhere.author_id])
        assert other.author_id not in told()

    def test_wait_for_the_first_day_of_the_agreement(self) -> None:
        place = TerritoryFactory()
        need = weighed(territory=place)
        sponsor = self.agreed(territory=place, starts_on=timezone.localdate() + dt.timedelta(1))
        assert arrivals.tell() == {"arrivals": 0, "told": 0}
        assert Arrival.objects.get().object_id == sponsor.pk
        type(sponsor).objects.update(starts_on=timezone.localdate())
        # Today's needs found nobody while the agreement had not begun; those of later do.
        Arrival.objects.update(at=timezone.now() - dt.timedelta(days=2))
        Need.objects.filter(pk=need.pk).update(created_at=timezone.now() - dt.timedelta(days=1))
        late = weighed(territory=place)
        assert arrivals.tell() == {"arrivals": 1, "told": 1}
        assert told() == [need.author_id] and late.author_id not in told()

    def test_who_were_there_before_the_need_or_are_not_listed_are_no_news(self) -> None:
        place = TerritoryFactory()
        self.agreed(territory=place, is_listed=False)
        assert not Arrival.objects.exists()
        self.agreed(territory=place)
        need = weighed(territory=place)
        assert arrivals.tell() == {"arrivals": 1, "told": 0}
        aside = weighed(territory=place)
        DismissalFactory(need=aside, kind="sponsor", object_id=self.agreed(territory=place).pk)
        assert arrivals.tell() == {"arrivals": 1, "told": 1} and told() == [need.author_id]
