"""Asked by one funder, answered once for all."""

from __future__ import annotations

import uuid

import pytest

from essaim.common.errors import DomainError
from essaim.common.waiting import told
from essaim.dossiers.actions import questions
from essaim.dossiers.waiting import waiting
from tests.dossiers.factories import asked, submitted
from tests.dossiers.helpers import signed_in
from tests.funding.factories import funder, organisation_of

pytestmark = pytest.mark.django_db


class TestQuestions:
    def test_one_answer_serves_all(self) -> None:
        story = submitted()
        question = asked(story)
        assert [row.about for row in told(waiting(story.holder), story.holder)] == [
            story.application.initiative.title
        ]
        questions.answer(question, by=story.colleague, text="Le même animateur.")
        for person in (story.funder, story.other, story.holder):
            page = signed_in(person).get(story.application.get_absolute_url()).content.decode()
            assert "Qui anime la deuxième année" in page
            assert "Le même animateur." in page
            assert organisation_of(story.other).name in page
            assert story.other.name not in page
        assert told(waiting(story.holder), story.holder) == []

    def test_not_in_the_name_of_another(self) -> None:
        story = submitted()
        with pytest.raises(DomainError, match="n’agissez pas"):
            asked(story, organisation=organisation_of(story.funder))
        with pytest.raises(DomainError, match="n’agissez pas"):
            asked(story, by=funder())
        with pytest.raises(DomainError, match="partie"):
            asked(story, block="autre")

    def test_an_answer_read_is_not_rewritten(self) -> None:
        story = submitted()
        question = asked(story)
        questions.answer(question, by=story.holder, text="Oui.")
        questions.answer(question, by=story.holder, text="Oui.")  # pressed twice
        with pytest.raises(DomainError, match="déjà sa réponse"):
            questions.answer(question, by=story.colleague, text="Non.")

    def test_sent_twice_it_is_one(self) -> None:
        story = submitted()
        key = uuid.uuid4()
        assert asked(story, submission=key) == asked(story, submission=key)
