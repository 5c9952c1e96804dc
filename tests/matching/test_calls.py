"""Open calls among the answers: found by their words or by what they help to take up, explained,
set aside, told to needs that stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.calls.actions import calendar
from essaim.calls.indexed import _load, index_missing
from essaim.calls.models import Call
from essaim.common.typography import french
from essaim.following.models import Notification
from essaim.matching import notifications, pipeline
from essaim.matching.actions import arrivals, standing
from essaim.matching.models import Arrival
from essaim.matching.question import Question
from essaim.matching.sources import Asked, Section, calls
from essaim.needs.models import Need
from essaim.search import actions as search
from essaim.search.models import Document
from essaim.territories.actions.groups import make_group
from tests.calls.factories import CallFactory, now
from tests.initiatives.factories import InitiativeFactory
from tests.matching.factories import DismissalFactory
from tests.matching.helpers import known, meaning, theme
from tests.needs.factories import NeedFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
TEXT = "Chauffer les logements des ménages"


@pytest.fixture(autouse=True)
def words_mean_themselves() -> Iterator[None]:
    with meaning():
        yield


def opened(title: str = TEXT, places: list[Any] | None = None, **fields: Any) -> Any:
    """A call in the index, with its meaning."""
    made: Any = CallFactory(title=title, summary=title, **fields)
    made.territories.set(places or [])
    search.index("call", [made.pk])
    search.embed([made.pk], "call")
    return made


def asked(**given: Any) -> Section:
    question = Question(TEXT, **given)
    return calls.find(Asked(question, AnonymousUser(), pipeline.answer(question)))


def found(**given: Any) -> list[int]:
    return [each.object_id for each in asked(**given).answers]


class TestFound:
    def test_one_that_speaks_of_the_need_says_who_and_until_when(self) -> None:
        made = opened(budget_cents=200_000_00)
        opened("Un médecin pour le canton")
        (answer,) = asked().answers
        assert answer.url == made.get_absolute_url() and answer.score
        assert "200\xa0000\xa0€" in answer.line and made.organiser.name in answer.line
        assert "ferme le" in answer.line
        assert any(each.startswith("Répond de près") for each in answer.reasons)
        assert any("Il ferme bientôt" in each for each in answer.beware)  # in twenty days

    @pytest.mark.parametrize("fields", [{"announced": True}, {"closed": True}, {"draft": True}])
    def test_those_that_take_no_application_are_not(self, fields: dict[str, Any]) -> None:
        opened(**fields)
        opened(is_template=True)
        opened(closes_at=now(minutes=-1))  # open still by its state: its job is late
        assert found() == [] and "Aucun appel" in asked().empty

    def test_by_the_initiatives_that_it_helps_to_take_up(self) -> None:
        card = known(TEXT, status="sustained")
        call = opened("Reprendre ce qui marche", kind="replication")
        assert found() == []
        call.initiatives.add(card)
        (answer,) = asked().answers
        assert french(f"Aide à reprendre « {TEXT} », proposée plus haut.") in answer.reasons
        need: Any = NeedFactory(text=TEXT)
        DismissalFactory(need=need, kind="initiative", object_id=card.pk)
        assert found(need=need.pk) == []

    def test_where_the_need_is(self) -> None:
        region = TerritoryFactory(kind="region")
        inside, elsewhere = TerritoryFactory(inside=[region]), TerritoryFactory()
        reserved, everywhere = opened(places=[region]), opened()
        assert found(territory=inside) == [reserved.pk, everywhere.pk]
        assert found(territory=elsewhere) == [everywhere.pk]
        assert set(found()) == {reserved.pk, everywhere.pk}

    def test_a_group_is_where_its_members_are(self) -> None:
        member, other = TerritoryFactory(kind="department"), TerritoryFactory(kind="department")
        group = make_group("dix-departements", "Dix départements", [member])
        made = opened(places=[group])
        (answer,) = asked(territory=member).answers
        assert answer.object_id == made.pk
        assert french(f"Il vise votre territoire : {group.label}.") in answer.reasons
        assert found(territory=other) == []

    def test_who_may_apply(self) -> None:
        opened(applicant_kinds=["association"])
        (answer,) = asked(applicant="association").answers
        assert "Ouvert à votre nature d’organisation." in answer.reasons
        (other,) = asked(applicant="ccas").answers
        assert any(
            french("Seules peuvent candidater : association") in each for each in other.beware
        )
        assert (other.score or 0) < (answer.score or 0)
        assert not any(french("candidater :") in each for each in asked().answers[0].beware)

    def test_the_theme_and_the_time_that_is_left_count(self) -> None:
        late = opened(closes_at=now(days=2))
        early = opened(closes_at=now(days=40))
        assert found() == [early.pk, late.pk]
        late.themes.add(theme("logement"))
        assert found(theme=theme("logement")) == [late.pk, early.pk]


class TestPages:
    def test_is_explained_and_set_aside(self, client: Client) -> None:
        made = opened()
        organisation = OrganisationFactory(kind="ccas")
        need: Need = NeedFactory(text=TEXT, organisation=organisation)
        client.force_login(need.author)
        page = client.get(reverse("matching:answers", args=[need.pk])).content.decode()
        assert "Des appels ouverts" in page and made.title in page
        why = client.get(reverse("matching:why", args=[need.pk, "call", made.pk]))
        assert why.status_code == 200
        assert why.context["explained"].is_same and "qui peut candidater" in why.content.decode()
        address = reverse("matching:dismiss", args=[need.pk, "call", made.pk])
        client.post(address, {"category": "tried", "text": ""})
        again = pipeline.answer(Question(TEXT, need=need.pk)).calls
        assert [each.dismissed for each in again] == [True]
        page = client.get(reverse("matching:answers", args=[need.pk])).content.decode()
        assert "1 réponse écartée" in page

    def test_as_many_queries_whatever_their_number(self) -> None:
        place = TerritoryFactory()
        counts = []
        for _each in range(3):
            call = opened(places=[place])
            call.initiatives.add(known(TEXT, status="sustained"))
            question = Question(TEXT, territory=place, applicant="ccas")
            pipeline.answer(question)
            with CaptureQueriesContext(connection) as captured:
                assert pipeline.rank_calls(question, pipeline.weights.current("call"))
            counts.append(len(captured))
        assert counts[0] == counts[1] == counts[2]


class TestIndex:
    def test_follows_the_life_of_a_call(self) -> None:
        made = CallFactory(announced=True, title=TEXT)
        by = UserFactory(is_superuser=True)
        index_missing(None)
        assert indexed() == [made.pk]
        calendar.take_back(made, by=by)
        assert indexed() == []
        calendar.open_call(made, by=by)
        assert indexed() == [made.pk]
        calendar.close_call(made, by=by, reason="Le budget est consommé.")
        assert indexed() == []

    def test_those_there_before_are_taken_in_once(self) -> None:
        made, _draft = CallFactory(), CallFactory(draft=True)
        index_missing(None)
        index_missing(None)
        assert indexed() == [made.pk]


def indexed() -> list[int]:
    return list(Document.objects.filter(kind="call").values_list("object_id", flat=True))


class TestTold:
    def opens(self, title: str = TEXT, **fields: Any) -> Any:
        made = CallFactory(announced=True, title=title, summary=title, **fields)
        calendar.open_call(made, by=UserFactory(is_superuser=True))
        search.embed([made.pk], "call")
        return Call.objects.get(pk=made.pk)

    def told(self) -> list[int]:
        rows = Notification.objects.filter(announcement__verb=notifications.NEW_ANSWERS)
        return sorted(rows.values_list("user", flat=True))

    def test_once_to_the_needs_it_answers(self) -> None:
        need: Any = NeedFactory(text=TEXT)
        other: Any = NeedFactory(text="Un médecin pour le canton")
        standing.weigh([need.pk, other.pk])
        self.opens()
        assert arrivals.tell() == {"arrivals": 1, "told": 1}
        assert self.told() == [need.author_id]
        assert arrivals.tell() == {"arrivals": 0, "told": 0}

    def test_not_while_it_is_only_announced(self) -> None:
        standing.weigh([NeedFactory(text=TEXT).pk])
        made = CallFactory(draft=True, title=TEXT, opens_at=now(days=3))
        calendar.announce_call(made, by=UserFactory(is_superuser=True))
        assert not Arrival.objects.exists()

    def test_not_where_the_need_is_not_nor_once_closed(self) -> None:
        need: Any = NeedFactory(text=TEXT, territory=TerritoryFactory())
        standing.weigh([need.pk])
        far = self.opens()
        far.territories.add(TerritoryFactory())
        gone = self.opens(TEXT + " modestes")
        calendar.close_call(
            gone, by=UserFactory(is_superuser=True), reason="Le budget est consommé."
        )
        assert arrivals.tell() == {"arrivals": 2, "told": 0}


def test_a_card_that_is_not_published_gives_a_call_no_word() -> None:
    made = opened()
    shown, hidden = InitiativeFactory(published=True), InitiativeFactory(title="Projet tu")
    made.initiatives.set([shown, hidden])
    (source,) = _load([made.pk])
    assert shown.title in source.labels and hidden.title not in source.labels
