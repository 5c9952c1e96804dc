"""Two people, two connections, the same instant."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings

from essaim.contributions.actions.interest import be_interested, close_interest, make_contact
from essaim.introductions.actions import progress, requests
from essaim.introductions.models import Introduction
from essaim.introductions.signals import replication_begun
from tests.at_once import at_once
from tests.initiatives.factories import InitiativeFactory
from tests.introductions.factories import IntroductionFactory, propose, representative, town
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_representatives_answer_at_once() -> None:
    card = InitiativeFactory(published=True, author=UserFactory())
    there = town()
    first = representative(there)
    second = MembershipFactory(organisation=there, role="representative").user
    one = propose(card, there)
    ends = at_once(
        lambda: requests.accept(one, by=first),
        lambda: requests.decline(one, by=second, reason="Non."),
    )
    assert ends == ["done", "refused"]


def test_a_double_click_proposes_once_and_two_people_never_pass_the_limit() -> None:
    card = InitiativeFactory(published=True, author=UserFactory())
    there, form = town(), uuid.uuid4()
    assert at_once(*(lambda: propose(card, there, submission=form),) * 2) == ["done", "done"]
    assert Introduction.objects.count() == 1
    limit = settings.INTRODUCTIONS["proposals_per_card"]
    places = [town() for _n in range(limit)]
    for place in places[:-2]:
        propose(card, place)
    ends = at_once(*(lambda place=place: propose(card, place) for place in places[-2:]))
    assert ends == ["done", "refused"]
    assert Introduction.objects.count() == limit


def test_a_replication_begun_is_told_once() -> None:
    one = IntroductionFactory(accepted=True)
    heard: list[int] = []

    def hear(introduction: Introduction, **_said: object) -> None:
        heard.append(introduction.pk)

    replication_begun.connect(hear, weak=False, dispatch_uid="test")
    try:
        ends = at_once(
            lambda: progress.close(one, by=one.adopter, outcome="replication"),
            lambda: progress.close(one, by=one.card.author, outcome="replication"),
        )
    finally:
        replication_begun.disconnect(dispatch_uid="test")
    assert (ends, heard) == (["done", "done"], [one.pk])


def test_two_sides_say_otherwise_at_once() -> None:
    one = IntroductionFactory(accepted=True)
    ends = at_once(
        lambda: progress.close(one, by=one.adopter, outcome="replication"),
        lambda: progress.close(one, by=one.card.author, outcome="no", note="Non."),
    )
    assert ends == ["done", "refused"]


def test_answered_on_two_pages_and_taken_back_at_once() -> None:
    """The page of interests and that of introductions take their locks in one order."""
    card = InitiativeFactory(published=True, author=UserFactory())
    interest = be_interested(card, by=UserFactory(), message="Peut-on venir ?")
    one = Introduction.objects.get()
    ends = at_once(
        lambda: requests.accept(one, by=card.author),
        lambda: make_contact(interest, by=card.author),
        lambda: close_interest(interest, by=interest.user),
    )
    assert "?" not in ends
    interest.refresh_from_db()
    one.refresh_from_db()
    assert (interest.state, one.state) == ("closed", "withdrawn")
