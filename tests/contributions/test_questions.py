"""Questions and answers: public or private, useful, corrected, taken back, added to the card."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.contributions.actions import questions as actions
from essaim.contributions.actions.proposals import accept_proposal
from essaim.contributions.models import Answer, Proposal, Question
from essaim.following.models import Notification
from tests.contributions.factories import AnswerFactory, QuestionFactory, told
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def card():
    return InitiativeFactory(published=True, author=UserFactory(), description="Un guichet.")


def discussion(card) -> str:
    return reverse("contributions:discussion", args=[card.slug])


def test_a_question_waits_for_the_team_and_its_answer_is_told(card):
    asker, key = UserFactory(), uuid.uuid4()
    question = actions.ask(card, " Combien ?\r\n", by=asker, key=key)
    assert actions.ask(card, "Combien ?", by=asker, key=key) == question
    assert told(card.author) == [("question_asked", True)]
    actions.answer(question, "Dix.", by=card.author, key=uuid.uuid4())
    assert told(asker) == [("question_answered", False)]
    actions.answer(question, "Merci.", by=asker, key=uuid.uuid4())
    assert len(told(asker)) == 1  # nobody is told of their own act
    assert not Question.objects.unanswered().exists()


def test_the_same_form_twice_answers_once_and_a_new_text_is_a_new_answer(card):
    question, member, key = QuestionFactory(card=card), UserFactory(), uuid.uuid4()
    first = actions.answer(question, "Dix.", by=member, key=key)
    assert actions.answer(question, "Dix.", by=member, key=key) == first
    assert actions.answer(question, "Onze.", by=member, key=key) != first
    with pytest.raises(DomainError, match="déjà servi"):
        actions.answer(question, "Dix.", by=UserFactory(), key=key)


def test_words_are_corrected_for_a_while_by_their_author(card, client):
    asker = UserFactory()
    question = QuestionFactory(card=card, author=asker)
    client.force_login(asker)
    address = reverse("contributions:correct_question", args=[card.slug, question.pk])
    assert client.post(address, {"text": "Combien de jours ?"}).status_code == 302
    question.refresh_from_db()
    assert question.text == "Combien de jours ?"
    assert question.edited_at
    Question.objects.update(created_at=timezone.now() - dt.timedelta(hours=2))
    assert client.get(address).status_code == 403
    with pytest.raises(DomainError, match="ne se corrige plus"):
        actions.correct(question, "Trop tard")


def test_a_question_taken_back_leaves_its_answers_and_no_text(card, client):
    question = QuestionFactory(card=card, text="Mon numéro est le 0123456789")
    actions.take_back(question)
    question.refresh_from_db()
    assert question.text == ""
    assert not Question.objects.listed().exists()  # nobody had answered
    AnswerFactory(question=question)
    assert Question.objects.listed().exists()
    page = client.get(discussion(card)).content.decode()
    assert "Question retirée par son auteur" in page


def test_visitors_read_without_addresses_and_numbers(card, client):
    question = QuestionFactory(card=card, text="Écrivez à jean@exemple.fr ou au 01 23 45 67 89")
    AnswerFactory(question=question, text="[moi](mailto:moi@exemple.fr)", useful_at=timezone.now())
    for address in (discussion(card), question.get_absolute_url(), card.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "jean@exemple.fr" not in page
        assert "moi@exemple.fr" not in page
        assert "01 23 45 67 89" not in page
    client.force_login(UserFactory())
    assert "jean@exemple.fr" in client.get(discussion(card)).content.decode()


def test_no_markup_of_a_person_runs(card, client):
    QuestionFactory(card=card, text="<script>alert(1)</script> [x](javascript:alert(2)) **gras**")
    page = client.get(discussion(card)).content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<strong>gras</strong>" in page


def test_public_credits_name_the_organisation_and_the_person_if_they_chose(card, client):
    hidden = UserFactory(name="Claire Discrète")
    shown = UserFactory(name="Paul Public", name_is_public=True)
    question = QuestionFactory(card=card, author=hidden)
    AnswerFactory(question=question, author=shown)
    page = client.get(question.get_absolute_url()).content.decode()
    assert "Claire Discrète" not in page
    assert "Paul Public" in page
    client.force_login(UserFactory())
    assert "Claire Discrète" in client.get(question.get_absolute_url()).content.decode()


def test_a_private_question_is_not_in_the_list_of_others(card, client):
    question = QuestionFactory(card=card, private=True, text="Un budget confidentiel")
    assert "confidentiel" not in client.get(discussion(card)).content.decode()
    client.force_login(UserFactory())
    assert "confidentiel" not in client.get(discussion(card)).content.decode()
    assert "confidentiel" not in client.get(card.get_absolute_url()).content.decode()
    assert client.get(question.get_absolute_url()).status_code == 404
    for person in (question.author, card.author, UserFactory(manager=True)):
        client.force_login(person)
        assert "confidentiel" in client.get(discussion(card)).content.decode()


def test_who_asked_in_private_goes_on_with_the_team_and_nobody_else(card, client):
    question = QuestionFactory(card=card, private=True, text="Quel budget ?")
    AnswerFactory(question=question, author=card.author, text="Pour combien d’habitants ?")
    address = question.get_absolute_url()
    client.force_login(question.author)
    assert "Continuer l’échange" in client.get(address).content.decode()
    data = {"key": uuid.uuid4(), "text": "Douze mille, dont la moitié au bourg"}
    for _ in range(2):  # a double click says it once
        assert client.post(address, data).status_code == 302
    assert question.answers.count() == 2
    (told,) = Notification.objects.filter(announcement__verb="question_continued")
    assert told.user == card.author and told.waits
    client.force_login(UserFactory())
    assert client.post(address, data | {"key": uuid.uuid4()}).status_code == 404
    client.force_login(card.author)
    assert "Douze mille" in client.get(address).content.decode()
    told.refresh_from_db()
    assert told.read_at
    # Hidden by moderation, the conversation is closed to who asked too.
    Question.objects.update(hidden_at=timezone.now())
    client.force_login(question.author)
    assert "Envoyer" not in client.get(address).content.decode()
    client.post(address, data | {"key": uuid.uuid4()})
    assert question.answers.count() == 2


def test_useful_says_who_asked_or_who_writes_the_card(card, client):
    said = AnswerFactory(question__card=card)
    address = reverse("contributions:useful", args=[card.slug, said.pk])
    client.force_login(said.author)
    assert client.post(address).status_code == 403
    client.force_login(said.question.author)
    client.post(address)
    said.refresh_from_db()
    assert said.useful_by == said.question.author
    client.post(address, {"useful": "no"})
    said.refresh_from_db()
    assert (said.useful_at, said.useful_by) == (None, None)


def test_an_answer_becomes_part_of_the_card_under_its_author_s_name(card, client):
    said = AnswerFactory(question__card=card, text="Un mi-temps suffit.")
    client.force_login(card.author)
    address = reverse("contributions:from_answer", args=[card.slug, said.pk])
    page = client.get(address).content.decode()
    assert "Un mi-temps suffit." in page
    data = {
        "key": uuid.uuid4(), "place": "description", "text": "Un mi-temps suffit.", "reason": "Utile."
    }  # fmt: skip
    assert client.post(address, data).status_code == 302
    proposal = Proposal.objects.get()
    assert (proposal.author, proposal.sent_by, proposal.answer) == (said.author, card.author, said)
    accept_proposal(proposal, by=card.author)
    card.refresh_from_db()
    assert card.description == "Un guichet.\n\nUn mi-temps suffit."
    client.logout()
    Answer.objects.get()
    said.author.name_is_public = True
    said.author.save()
    assert said.author.name in client.get(card.get_absolute_url()).content.decode()


def test_what_was_typed_survives_a_session_that_expired(card, client):
    member = UserFactory()
    response = client.post(
        discussion(card), {"key": uuid.uuid4(), "text": "Une longue question."}
    )  # fmt: skip
    assert response.status_code == 302
    assert "/compte/login" in response["Location"]
    client.force_login(member)
    assert "Une longue question." in client.get(discussion(card)).content.decode()


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_pages_ask_as_much_whatever_the_number(card, client, rows, django_assert_max_num_queries):
    for _n in range(rows):
        said = AnswerFactory(question__card=card, useful_at=timezone.now())
    AnswerFactory.create_batch(rows, question=said.question)
    with django_assert_max_num_queries(6):
        client.get(discussion(card))
    with django_assert_max_num_queries(5):
        client.get(said.question.get_absolute_url())
    client.force_login(UserFactory())
    with django_assert_max_num_queries(13):
        client.get(discussion(card))
    with django_assert_max_num_queries(17):
        client.get(said.question.get_absolute_url())
