"""Two people, two connections, the same instant."""

from __future__ import annotations

import uuid

import pytest

from essaim.initiatives.models import Fact
from essaim.scaling.actions import diagnoses, strategies
from essaim.scaling.actions.strategies import Content
from essaim.scaling.models import Diagnosis, Strategy
from essaim.scaling.proposals import Proposal
from essaim.scaling.questions import KEYS
from essaim.schemes.actions import writing
from essaim.schemes.models import Scheme
from tests.at_once import at_once
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_diagnosis_started_and_concluded_twice() -> None:
    card, person = InitiativeFactory(published=True), UserFactory()
    assert at_once(*[lambda: diagnoses.start(card, by=person)] * 2) == ["done", "done"]
    draft = Diagnosis.objects.get()
    for key in KEYS:
        diagnoses.answer(draft, key, yes=True, proposal=Proposal(True))
    assert at_once(*[lambda: diagnoses.conclude(draft, by=person)] * 2) == ["done", "done"]
    assert Fact.objects.filter(initiative=card, kind="readiness").count() == 1


def test_two_strategies_chosen_at_once_leave_one_chosen() -> None:
    card, one, other = InitiativeFactory(published=True), UserFactory(), UserFactory()
    content = Content(["territories"], "up", 4, 4, "franchise", "Une qualité régulière.")
    first = strategies.write_strategy(card, content, by=one)
    second = strategies.write_strategy(card, content, by=other)
    ends = at_once(
        lambda: strategies.choose_strategy(first, by=one),
        lambda: strategies.choose_strategy(second, by=other),
    )
    assert ends == ["done", "done"]
    chosen = Strategy.objects.get(chosen_at__isnull=False)
    fact = Fact.objects.get(initiative=card, kind="strategy_chosen")
    assert fact.value["strategy"] == chosen.pk


def test_a_double_click_adds_one_scheme() -> None:
    member = MembershipFactory()
    content = writing.Content(title="Fonds neuf", owner=member.organisation)
    key = uuid.uuid4()
    at_once(*[lambda: writing.add_scheme(content, by=member.user, submission=key)] * 2)
    assert Scheme.objects.count() == 1


def test_the_same_window_announced_twice() -> None:
    member = MembershipFactory()
    content = writing.Content(title="Fonds neuf", owner=member.organisation)
    scheme = writing.add_scheme(content, by=member.user, submission=uuid.uuid4())
    closes = scheme.created_at.date()
    at_once(*[lambda: writing.add_window(scheme, opens_on=None, closes_on=closes)] * 2)
    assert scheme.windows.count() == 1
