"""What waits for a person is in their workspace, and no longer once it is done."""

from __future__ import annotations

import pytest

from essaim.common.waiting import told, waiting_for
from essaim.contributions import waiting as room
from essaim.contributions.actions.proposals import accept_proposal
from essaim.contributions.actions.questions import answer
from tests.contributions.factories import (
    AnswerFactory,
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


def waiting(person):
    return told(room.waiting(person), person)


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
    card = InitiativeFactory(published=True, author=UserFactory())
    case = CaseFactory(question__card=card)
    assert [each.url for each in waiting(manager)] == [case.get_absolute_url()]
    CaseFactory(
        question__card=card, hidden=True, decided_by=manager, state="appealed",
        appealed_at="2026-01-01T00:00Z",
    )  # fmt: skip
    assert len(list(waiting(manager))) == 1
    assert len(list(waiting(other))) == 2


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_as_many_queries_whatever_waits(card, rows, django_assert_num_queries):
    ProposalFactory.create_batch(rows, card=card)
    QuestionFactory.create_batch(rows, card=card)
    InterestFactory.create_batch(rows, card=card)
    author = card.author
    with django_assert_num_queries(4):
        assert len(list(waiting(author))) == 2 * rows + 1  # interests are one line a card


def test_where_nobody_answers_it_waits_for_managers():
    """A card of an import, or whose only author left: an interest would otherwise be lost."""
    manager = UserFactory(manager=True)
    gone = UserFactory(is_active=False)
    for card in (InitiativeFactory(published=True, author=None, holder=None),
                 InitiativeFactory(published=True, author=gone, holder=None)):  # fmt: skip
        InterestFactory(card=card)
        question, proposal = QuestionFactory(card=card), ProposalFactory(card=card)
        urls = [each.url for each in waiting(manager) if each.about == card.title]
        assert len(urls) == 3
        assert {question.get_absolute_url(), proposal.get_absolute_url()} < set(urls)
        assert list(waiting(UserFactory())) == []
    carried = InitiativeFactory(published=True, author=UserFactory())
    InterestFactory(card=carried)
    assert carried.title not in [each.about for each in waiting(manager)]


def test_what_the_asker_adds_is_no_answer(card):
    question = QuestionFactory(card=card)
    AnswerFactory(question=question, author=question.author)
    assert [each.url for each in waiting(card.author)] == [question.get_absolute_url()]
    AnswerFactory(question=question)
    assert list(waiting(card.author)) == []


def test_an_answer_counts_after_accounts_are_gone(card):
    QuestionFactory(card=card, author=None).answers.create(author=None, text="Oui.")
    assert list(waiting(card.author)) == []
