"""What waits for a person is in their workspace, and no longer once it is done."""

from __future__ import annotations

import pytest

from essaim.common.waiting import waiting_for
from essaim.contributions.actions.proposals import accept_proposal
from essaim.contributions.actions.questions import answer
from essaim.contributions.waiting import waiting
from tests.contributions.factories import (
    CaseFactory,
    CoEditorFactory,
    InterestFactory,
    ProposalFactory,
    QuestionFactory,
    propose,
)
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def card():
    return InitiativeFactory(published=True, author=UserFactory())


def test_the_team_has_what_waits_until_it_is_answered(card):
    coeditor = CoEditorFactory(card=card).user
    proposal = propose(card, need="Un autre besoin.")
    question = QuestionFactory(card=card)
    InterestFactory(card=card)
    for person in (card.author, coeditor):
        urls = [each.url for each in waiting(person)]
        assert proposal.get_absolute_url() in urls
        assert question.get_absolute_url() in urls
        assert len(urls) == 3
        assert all(each.due for each in waiting_for(person) if each.url in urls)
    accept_proposal(proposal, by=card.author)
    answer(question, "Oui.", by=coeditor, key=question.submission)
    assert len(list(waiting(card.author))) == 1
    assert list(waiting(question.author)) == []


def test_drafts_wait_for_their_author_and_hidden_words_too(card):
    draft = ProposalFactory(card=card, draft=True)
    assert [each.url for each in waiting(draft.author)] == [draft.get_absolute_url()]
    case = CaseFactory(hidden=True)
    (told,) = waiting(case.subject_author)
    assert told.url == f"/moderation/{case.pk}"


def test_reports_wait_for_managers_and_appeals_for_another():
    manager, other = UserFactory(manager=True), UserFactory(manager=True)
    case = CaseFactory()
    assert [each.url for each in waiting(manager)] == [case.get_absolute_url()]
    CaseFactory(hidden=True, decided_by=manager, state="appealed", appealed_at="2026-01-01T00:00Z")
    assert len(list(waiting(manager))) == 1
    assert len(list(waiting(other))) == 2


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_as_many_queries_whatever_waits(card, rows, django_assert_num_queries):
    ProposalFactory.create_batch(rows, card=card)
    QuestionFactory.create_batch(rows, card=card)
    InterestFactory.create_batch(rows, card=card)
    author = card.author
    with django_assert_num_queries(5):
        assert len(list(waiting(author))) == 3 * rows
