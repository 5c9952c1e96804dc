"""Pools of funders among the answers: which one may join, and only those the reader may see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from essaim.common.typography import french
from essaim.funding.models import Pool
from essaim.matching import pipeline
from essaim.matching.actions import dismissals
from essaim.matching.question import Question
from essaim.matching.sources import Asked, Section, pools
from essaim.needs.models import Need
from tests.funding.factories import forming, funder, opened, piloting, pledged, with_options
from tests.matching.helpers import known, meaning
from tests.needs.factories import NeedFactory
from tests.people.factories import UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
TEXT = "Chauffer les logements des ménages"


@pytest.fixture(autouse=True)
def words_mean_themselves() -> Iterator[None]:
    with meaning():
        yield


def card() -> Any:
    found = known(TEXT)
    found.holder = None
    found.save(update_fields=["holder"])
    return found


def asked(reader: Any = None, **given: Any) -> Section:
    question = Question(TEXT, **given)
    return pools.find(Asked(question, reader or AnonymousUser(), pipeline.answer(question)))


def story(made: Any = opened, **fields: Any) -> Any:
    return made(card=(found := card()), holder=found.author, **fields)


def test_one_that_is_open_says_until_when_and_how_much() -> None:
    pool = story(sites_sought=5).pool
    (found,) = asked().answers
    assert found.url == pool.get_absolute_url() and found.title == TEXT
    assert "000\u00a0€ par site" in found.line and french("prises : 0 pour 5") in found.line
    assert any(reason.startswith("Ouvert aux options jusqu’au") for reason in found.reasons)


def test_an_option_of_ones_own_territory_is_told() -> None:
    made = story(with_options, number=2)
    place = made.others[0].territory
    (found,) = asked(territory=place).answers
    assert "Une option est déjà prise pour votre territoire." in found.reasons
    (found,) = asked(territory=TerritoryFactory(kind="department")).answers
    assert not any("déjà prise" in reason for reason in found.reasons)


def test_a_site_paid_in_shares_counts_once() -> None:
    made = story(with_options, number=2, sites_sought=3)
    place = made.others[0].territory
    pledged(made.pool, funder(), territory=place, cofund=True, amount_cents=100)
    (found,) = asked().answers
    assert french("prises : 2 pour 3") in found.line
    assert not any("autant d’options" in each for each in found.beware)


def test_while_its_pilot_runs_it_waits() -> None:
    story(piloting)
    (found,) = asked().answers
    assert found.beware[0].startswith("Le pilote est en cours")


def test_what_is_not_public_is_for_those_concerned() -> None:
    made = story(forming)
    assert not asked().answers and not asked(UserFactory()).answers
    (found,) = asked(made.lead).answers
    assert found.beware[0].startswith("En formation")
    restricted = story(audience=Pool.Audience.RESTRICTED)
    assert [each.object_id for each in asked().answers] == []
    assert restricted.pool.pk in {each.object_id for each in asked(restricted.lead).answers}


def test_of_an_answer_set_aside_there_is_none() -> None:
    made = story()
    need: Need = NeedFactory(text=TEXT)
    dismissals.dismiss(
        need, "initiative", made.pool.initiative_id, category="cost", text="", by=need.author
    )
    question = Question(TEXT, need=need.pk)
    found = pools.find(Asked(question, AnonymousUser(), pipeline.answer(question)))
    assert not found.answers and "Aucun groupement" in found.empty


def test_as_many_queries_whatever_their_number() -> None:
    counts = []
    for _each in range(3):
        story()
        question = Question(TEXT)
        answers = pipeline.answer(question)
        with CaptureQueriesContext(connection) as captured:
            assert pools.find(Asked(question, AnonymousUser(), answers)).answers
        counts.append(len(captured))
    assert counts == [2, 2, 2]
