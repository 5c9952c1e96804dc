"""« Not for us » of pools and sponsors, what is known of it later, and what else a need says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from essaim.calls.models import Call
from essaim.initiatives.models import Initiative, Publication
from essaim.matching import pipeline
from essaim.matching.actions import dismissals
from essaim.matching.question import Question, read
from essaim.matching.sources import Answer, Asked, calls, initiatives, pools, schemes, sponsors
from essaim.needs.models import Need
from essaim.schemes.models import Window
from essaim.search import actions as search
from tests.calls.factories import CallFactory
from tests.funding.factories import forming, opened
from tests.matching.helpers import known, meaning
from tests.needs.factories import NeedFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.schemes.factories import SchemeFactory
from tests.sponsorship.factories import SponsorFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
TEXT = "Chauffer les logements des ménages"


@pytest.fixture(autouse=True)
def words_mean_themselves() -> Iterator[None]:
    with meaning():
        yield


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_of(need: Need, what: str = "answers", **given: Any) -> str:
    address = reverse(f"matching:{what}", args=[need.pk, *given.get("args", [])])
    answer = as_(given.get("by") or need.author).get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def pool_story(made: Any = opened, **fields: Any) -> Any:
    card = known(TEXT)
    Initiative.objects.filter(pk=card.pk).update(holder=None)
    card.refresh_from_db()
    return made(card=card, holder=card.author, **fields)


def indexed(kind: str, made: Any) -> Any:
    search.index(kind, [made.pk])
    search.embed([made.pk], kind)
    return made


def answers(source: Any, reader: Any = None, **given: Any) -> list[Answer]:
    question = Question(TEXT, **given)
    asked = Asked(question, reader or AnonymousUser(), pipeline.answer(question))
    return list(source.find(asked).answers)


class TestSetAside:
    def aside(self, need: Need, kind: str, pk: int, **given: str) -> Any:
        address = reverse("matching:dismiss", args=[need.pk, kind, pk])
        return as_(need.author).post(address, {"category": "context", "text": "", **given})

    def test_a_pool_goes_after_the_others_and_can_be_put_back(self) -> None:
        pool = pool_story().pool
        need = NeedFactory(text=TEXT)
        address = reverse("matching:dismiss", args=[need.pk, "pool", pool.pk])
        assert address in page_of(need)
        assert self.aside(need, "pool", pool.pk).status_code == 302
        page = page_of(need)
        assert "1 réponse écartée" in page and address not in page
        assert reverse("matching:take_back", args=[need.pk, "pool", pool.pk]) in page

    def test_a_pool_that_one_may_not_see_has_no_name_to_read(self) -> None:
        pool = pool_story(forming).pool
        need = NeedFactory(text=TEXT)
        assert self.aside(need, "pool", pool.pk).status_code == 404

    def test_a_sponsor_makes_room_for_the_next(self) -> None:
        place = TerritoryFactory()
        for _each in range(4):
            SponsorFactory(territory=place)
        need = NeedFactory(text=TEXT, territory=place)
        first = answers(sponsors, territory=place)[0]
        assert self.aside(need, "sponsor", first.object_id).status_code == 302
        question = read(need)
        asked = Asked(
            question,
            need.author,
            pipeline.answer(question),
            frozenset({("sponsor", first.object_id)}),
        )
        found = sponsors.find(asked).answers
        assert [each.dismissed for each in found] == [False, False, False, True]
        assert "1 réponse écartée" in page_of(need)

    def test_a_reason_that_makes_no_sense_of_a_sponsor_is_not_offered(self) -> None:
        place = TerritoryFactory()
        need = NeedFactory(text=TEXT, territory=place)
        sponsor = SponsorFactory(territory=place)
        form = page_of(need, "dismiss", args=["sponsor", sponsor.pk])
        assert 'value="context"' in form and 'value="proof"' not in form
        assert 'value="cost"' not in form
        assert self.aside(need, "sponsor", sponsor.pk, category="cost").status_code != 302

    def test_it_changes_no_weight_of_initiatives(self) -> None:
        pool = pool_story().pool
        need = NeedFactory(text=TEXT)
        dismissals.dismiss(need, "pool", pool.pk, category="cost", text="", by=need.author)
        assert pipeline.set_aside(read(need)).features == {}


def test_knowledge_names_calls_pools_and_sponsors_set_aside() -> None:
    call: Any = CallFactory(title="Appel des logements")
    pool = pool_story().pool
    sponsor = SponsorFactory(user__name="Camille Agente", employer__name="Préfecture d’essai")
    need = NeedFactory(text=TEXT, public=True)
    for kind, pk in (("call", call.pk), ("pool", pool.pk), ("sponsor", sponsor.pk)):
        dismissals.dismiss(need, kind, pk, category="context", text="", by=need.author)
    address = "/gestion/reponses-ecartees"
    page = as_(UserFactory(manager=True)).get(address).content.decode()
    assert "Appel des logements" in page and call.get_absolute_url() in page
    assert pool.get_absolute_url() in page
    assert "Un agent de Préfecture d’essai" in page and "Camille Agente" not in page


def test_what_is_gone_is_still_explained() -> None:
    call = indexed("call", CallFactory(title=TEXT, summary=TEXT))
    card = known(TEXT)
    need = NeedFactory(text=TEXT, public=True)
    page_of(need)
    Call.objects.filter(pk=call.pk).update(closes_at=timezone.now() - dt.timedelta(hours=1))
    Initiative.objects.filter(pk=card.pk).update(publication=Publication.DRAFT)
    for kind, pk in (("call", call.pk), ("initiative", card.pk)):
        page = page_of(need, "why", args=[kind, pk])
        assert "Réponse qui n’est plus là" in page and "le même résultat" in page
        assert TEXT not in page.partition("<h1>")[2].partition("</h1>")[2].partition("<table")[0]


class TestWhatElseItSays:
    def test_a_card_that_was_tried(self) -> None:
        known(TEXT)
        need = NeedFactory(text=TEXT, tried="En 2019 : « CHAUFFER les logements des menages ».")
        assert "Le besoin dit qu’elle a déjà été essayée." in page_of(need)
        (found,) = answers(initiatives, tried="Chauffer les logements, sans suite.")
        assert not any("déjà été essayée" in each for each in found.beware)

    def test_what_comes_after_the_deadline(self) -> None:
        today = timezone.localdate()
        later, by = today + dt.timedelta(days=60), today + dt.timedelta(days=10)
        indexed("call", CallFactory(title=TEXT, summary=TEXT))
        Call.objects.update(closes_at=timezone.now() + dt.timedelta(days=60))
        pool_story()
        scheme = indexed("scheme", SchemeFactory(title=TEXT, description=TEXT))
        Window.objects.create(scheme=scheme, opens_on=later, closes_on=None)
        for source, said in (
            (calls, "la réponse viendra après votre échéance"),
            (schemes, "Il n’ouvre que le"),
            (pools, "la réponse viendra après votre échéance"),
        ):
            (found,) = answers(source, deadline=by)
            assert any(said in each for each in found.beware), (source, found.beware)
            (found,) = answers(source, deadline=today + dt.timedelta(days=4000))
            assert not any("échéance" in each for each in found.beware)


class TestSponsorsProposed:
    def test_nobody_is_their_own(self) -> None:
        place = TerritoryFactory()
        sponsor = SponsorFactory(territory=place)
        assert [each.object_id for each in answers(sponsors, territory=place)] == [sponsor.pk]
        assert answers(sponsors, sponsor.user, territory=place) == []

    def test_who_speaks_the_language_of_the_page_comes_first(self) -> None:
        place = TerritoryFactory()
        french = SponsorFactory(territory=place)
        both = SponsorFactory(territory=place, languages=["fr", "en"])
        SponsorFactory(territory=place, languages=["de"])
        with translation.override("en"):
            found = answers(sponsors, territory=place)
        assert [each.object_id for each in found] == [both.pk, french.pk]
        assert not found[0].beware and found[1].beware
        assert not answers(sponsors, territory=place)[1].beware

    def test_asking_from_a_need_brings_its_organisation_and_the_language(self) -> None:
        author = UserFactory()
        first, mine = OrganisationFactory(), OrganisationFactory(territory=TerritoryFactory())
        for each in (first, mine):
            each.memberships.create(user=author)
        need = NeedFactory(text=TEXT, author=author, organisation=mine)
        client = as_(author)
        client.cookies["essaim_langue"] = "en"
        address = f"/parrains/demander?need={need.pk}"
        form = client.get(address).context["form"]
        assert form["organisation"].value() in {mine, mine.pk}
        assert form["language"].value() == "fr", "nobody here speaks English"
        SponsorFactory(languages=["fr", "en"])
        assert client.get(address).context["form"]["language"].value() == "en"
