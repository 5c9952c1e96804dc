"""Two members, two connections, the same instant."""

from __future__ import annotations

import uuid

import pytest

from essaim.dossiers.actions import documents, questions, versions, writing
from essaim.dossiers.models import Application, Question, State, SubmittedVersion
from essaim.funding.application import start_for
from tests.at_once import at_once
from tests.dossiers.factories import FILLED, asked, complete, started, submitted

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_file_whoever_begins_it() -> None:
    story = started()
    writing.withdraw(story.application, by=story.holder)
    pool = story.pool.pool
    assert at_once(
        lambda: start_for(pool, by=story.holder), lambda: start_for(pool, by=story.colleague)
    ) == ["done", "done"]
    assert Application.objects.exclude(state=State.WITHDRAWN).count() == 1


def test_one_version_whoever_submits() -> None:
    story = complete()
    ends = at_once(
        *(
            lambda: versions.submit(story.application, by=story.holder, submission=uuid.uuid4())
            for _ in range(3)
        )
    )
    assert ends == ["done", "refused", "refused"]
    assert SubmittedVersion.objects.count() == 1


def test_one_of_two_editors_is_told() -> None:
    story = started()
    version = story.application.answers.get(block="projet").version
    ends = at_once(
        *(
            lambda need=need: writing.save_block(
                story.application, "projet", {**FILLED["projet"], "need": need},
                by=story.colleague, version=version,
            )
            for need in ("Un besoin.", "Un autre.")
        )
    )  # fmt: skip
    assert ends == ["done", "refused"]


def test_one_answer_of_two() -> None:
    story = submitted()
    question = asked(story)
    ends = at_once(
        lambda: questions.answer(question, by=story.holder, text="Oui."),
        lambda: questions.answer(question, by=story.colleague, text="Non."),
    )
    assert ends == ["done", "refused"]
    assert Question.objects.get().answer in {"Oui.", "Non."}


def test_statements_are_given_once() -> None:
    story = started()
    at_once(
        *(lambda: documents.state(story.organisation, ["exact"], by=story.holder) for _ in range(2))
    )
    assert story.organisation.statements.count() == 1
