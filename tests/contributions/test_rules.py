"""The list and the page always agree on who reads what."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from essaim.contributions import rules
from essaim.contributions.models import Interest, Proposal, Question
from essaim.contributions.team import team_of
from essaim.initiatives.rules import is_of_the_team
from tests.contributions.factories import (
    CoEditorFactory,
    InterestFactory,
    ProposalFactory,
    QuestionFactory,
)
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """A card of each kind, and everyone who may come."""
    holder = OrganisationFactory()
    people = {
        "visitor": AnonymousUser(),
        "stranger": UserFactory(),
        "author": UserFactory(),
        "colleague": MembershipFactory(organisation=holder).user,
        "coeditor": UserFactory(),
        "contributor": UserFactory(),
        "manager": UserFactory(manager=True),
        "administrator": UserFactory(administrator=True),
    }
    carried = {"author": people["author"], "holder": holder}
    cards = [
        InitiativeFactory(published=True, **carried),
        InitiativeFactory(archived=True, **carried),
        InitiativeFactory(published=True),  # imported: nobody carries it here
        InitiativeFactory(published=True, holder=OrganisationFactory()),
    ]
    CoEditorFactory(card=cards[0], user=people["coeditor"])
    CoEditorFactory(card=cards[1], user=people["coeditor"])
    return people, cards


def test_proposals(cast):
    people, cards = cast
    author = people["contributor"]
    rows = [
        ProposalFactory(card=card, author=author, **options)
        for card in cards
        for options in (
            {},
            {"draft": True},
            {"accepted": True},
            {"hidden_at": "2026-01-01T00:00Z"},
            {"sent_by": people["stranger"]},
            {"sent_by": people["stranger"], "draft": True},
            {"sent_by": None},
        )
    ]
    for role, user in people.items():
        shown = set(Proposal.objects.visible_to(user))
        for row in rows:
            assert (row in shown) == rules.can_view_proposal(user, row), (role, row.state)


def test_questions(cast):
    people, cards = cast
    rows = [
        QuestionFactory(card=card, author=people["contributor"], **options)
        for card in cards
        for options in (
            {},
            {"private": True},
            {"hidden_at": "2026-01-01T00:00Z"},
            {"private": True, "hidden_at": "2026-01-01T00:00Z"},
        )
    ]
    for role, user in people.items():
        shown = set(Question.objects.visible_to(user))
        for row in rows:
            assert (row in shown) == rules.can_view_question(user, row), (role, row.card_id)


def test_interests(cast):
    people, cards = cast
    rows = [InterestFactory(card=card, user=people["contributor"]) for card in cards]
    for role, user in people.items():
        shown = set(Interest.objects.visible_to(user))
        for row in rows:
            assert (row in shown) == rules.can_view_interest(user, row), (role, row.card_id)


def test_the_team_told_is_the_team_that_may(cast):
    people, cards = cast
    for card in cards:
        told = set(team_of(card))
        for role, user in people.items():
            assert (user in told) == is_of_the_team(user, card), role


def test_an_account_that_is_closed_is_not_told(cast):
    people, cards = cast
    people["author"].is_active = False
    people["author"].save()
    assert people["author"] not in team_of(cards[0])
