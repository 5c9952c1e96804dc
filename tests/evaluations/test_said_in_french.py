"""What a team typed for its users is said to be French on English pages; our own words are not."""

from __future__ import annotations

import pytest
from django.urls import reverse

from essaim.evaluations.actions import surveys
from tests.english import read_in_english, texts, unmarked
from tests.evaluations.voice import answered, opened, prepared

pytestmark = pytest.mark.django_db

TYPED = ["Par qui êtes-vous venu ?", "La mairie du bourg", "Un voisin", "Vous a-t-on écouté ?"]


def test_the_questions_of_a_survey() -> None:
    survey = prepared()
    by = survey.created_by
    surveys.write_questions(
        survey,
        [
            {"text": TYPED[0], "kind": "choice", "choices": TYPED[1:3]},
            {"text": TYPED[3], "kind": "yes_no", "choices": []},
        ],
    )
    surveys.open_survey(survey)
    said = [*TYPED, survey.introduction]
    asked = read_in_english(survey.answer_path)
    assert all(each in asked for each in said) and unmarked(asked, said) == []
    assert "yes" in texts(asked)
    paper = read_in_english(reverse("evaluations:survey_paper", args=[survey.pk]), by)
    assert all(each in paper for each in said) and unmarked(paper, said) == []
    surveys.close(answered(survey, 12))
    told = read_in_english(survey.get_absolute_url(), by)
    assert all(each in told for each in TYPED) and unmarked(told, [*TYPED, survey.title]) == []


def test_a_survey_as_it_begins_has_no_word_that_is_not_said() -> None:
    survey = opened()
    typed = [each.text for each in survey.questions.all()]
    asked = read_in_english(survey.answer_path)
    assert typed[0] in asked and unmarked(asked, typed) == []
