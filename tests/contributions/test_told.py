"""What people are told of contributions: it waits while it waits, and is read where it is read."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from essaim.contributions.actions import interest, moderation, questions
from essaim.contributions.actions.proposals import decline_proposal, withdraw_proposal
from essaim.following import reading
from essaim.following.actions import mailing
from essaim.following.models import Notification
from tests.contributions.factories import AnswerFactory, CoEditorFactory, propose
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def card():
    return InitiativeFactory(published=True, author=UserFactory())


def lines(user):
    return reading.lines(list(Notification.objects.filter(user=user).for_list()), user)


def ask(card, **options):
    return questions.ask(card, "Combien ?", by=UserFactory(), key=uuid.uuid4(), **options)


def test_what_another_answered_no_longer_waits(card, client):
    other = CoEditorFactory(card=card).user
    proposal, question = propose(card, need="Un autre besoin."), ask(card)
    asked = interest.be_interested(card, by=UserFactory(), message="Chez nous ?")
    assert all(line.waits for line in lines(other)) and len(lines(other)) == 3
    client.force_login(other)
    assert client.get("/mon-espace").content.decode().count("cela vous attend") == 3
    decline_proposal(proposal, by=card.author, reason="Déjà dit.")
    questions.answer(question, "Deux.", by=card.author, key=uuid.uuid4())
    interest.make_contact(asked, by=card.author)
    told = lines(other)
    assert not any(line.waits for line in told)
    assert all("plus" in line.text and "attend votre" not in line.text for line in told)
    assert "cela vous attend" not in client.get("/mon-espace").content.decode()
    later = timezone.now() + dt.timedelta(minutes=2)
    mailing.mail_what_waits(later)
    assert other.email not in {to for message in mail.outbox for to in message.to}


def test_what_was_taken_back_is_not_mailed(card):
    withdraw_proposal(propose(card, need="Un autre besoin."))
    questions.take_back(ask(card))
    assert mailing.mail_what_waits(timezone.now() + dt.timedelta(minutes=2)) == 0


def test_a_decision_of_moderation_waits_until_it_is_contested(card, client):
    said = AnswerFactory(question__card=card)
    case = moderation.report("answer", said, card, by=UserFactory(), reason_code="other").case
    manager, another = UserFactory(manager=True), UserFactory(manager=True)
    moderation.decide(case, by=manager, hide=True, reason_code="other", reason="Non.")
    assert [line.waits for line in lines(said.author)] == [True]
    moderation.appeal(case, "Si.")
    moderation.decide_appeal(case, by=another, restore=False, answer="Non.")
    assert [line.waits for line in lines(said.author)] == [False, False]


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_lines_that_wait_cost_the_same(card, rows, django_assert_num_queries):
    for _ in range(rows):
        propose(card, need="Un autre besoin.")
    told = list(Notification.objects.filter(user=card.author).for_list())
    with django_assert_num_queries(2):  # proposals shown, proposals that still wait
        assert len(reading.lines(told, card.author)) == rows


def test_opening_the_page_is_reading(card, client):
    """From the workspace or a bookmark as well: nothing is mailed of what was read on the site."""
    proposal, question = propose(card, need="Un autre besoin."), ask(card)
    interest.be_interested(card, by=UserFactory(), message="Chez nous ?")
    client.force_login(card.author)
    for address in (
        proposal.get_absolute_url(),
        question.get_absolute_url(),
        reverse("contributions:interests", args=[card.slug]),
    ):
        assert client.head(address).status_code == 200
        unread = Notification.objects.filter(user=card.author).unread().count()
        assert client.get(address).status_code == 200
        assert Notification.objects.filter(user=card.author).unread().count() == unread - 1
    assert mailing.mail_what_waits(timezone.now() + dt.timedelta(minutes=2)) == 0


def test_an_answer_is_read_on_its_question(card, client):
    question = ask(card)
    questions.answer(question, "Deux.", by=card.author, key=uuid.uuid4())
    client.force_login(question.author)
    client.get(question.get_absolute_url())
    assert not Notification.objects.filter(user=question.author).unread().exists()


def test_a_question_waits_though_its_author_added_a_word(card):
    question = ask(card)
    questions.answer(question, "Je précise.", by=question.author, key=uuid.uuid4())
    assert [line.waits for line in lines(card.author)] == [True]
