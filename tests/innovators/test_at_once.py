"""Two people, two connections, the same instant."""

from __future__ import annotations

import pytest

from essaim.innovators.actions import ending, files, opinions
from essaim.innovators.models import InnovationFile, Outcome
from tests.at_once import at_once
from tests.innovators.factories import InnovationFileFactory, OpinionRequestFactory, officer
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_case_officers_take_one_file() -> None:
    file, first, second = InnovationFileFactory(), officer(), officer()
    ends = at_once(lambda: files.take(file, by=first), lambda: files.take(file, by=second))
    assert ends == ["done", "refused"]
    assert InnovationFile.objects.get(pk=file.pk).case_officer_id in {first.pk, second.pk}


def test_a_success_and_an_abandonment_of_one_file() -> None:
    file = InnovationFileFactory(prototyping=True)
    ends = at_once(
        lambda: ending.end(file, kind="succeeded", by=file.case_officer),
        lambda: ending.end(file, kind="abandoned", by=file.innovator),
    )
    assert ends == ["done", "refused"]
    assert Outcome.objects.count() == 1


def test_an_opinion_that_arrives_as_the_file_ends() -> None:
    request, boss = OpinionRequestFactory(), UserFactory()
    file = request.file
    at_once(
        lambda: opinions.give_opinion(request, answer="no_objection", by=boss),
        lambda: ending.end(file, kind="abandoned", by=file.innovator),
    )
    request.refresh_from_db()
    assert InnovationFile.objects.get(pk=file.pk).state == "ended"
    assert bool(request.answer) != bool(request.withdrawn_at)


def test_a_card_asked_for_twice() -> None:
    file = InnovationFileFactory(prototyping=True)
    ending.end(file, kind="succeeded", by=file.case_officer)
    made: list[int] = []
    at_once(*[lambda: made.append(ending.write_card(file, by=file.innovator).pk)] * 2)
    assert len(made) == 2 and len(set(made)) == 1
