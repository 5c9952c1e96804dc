"""A form sent twice makes one thing; its number is no way to what others made."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.contributions.models import Question
from tests.at_once import at_once
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

# Numbers that no form carries: derived from another row's, and looked for with what it belongs to;
# or unique for each author.
BY_THEMSELVES = {
    "calls/actions/lessons.py", "funding/actions/lessons.py", "introductions/actions/replicating.py",
    "needs/actions/needs.py", "replications/actions/adapting.py",
}  # fmt: skip


def test_all_writers_look_for_it_in_one_way() -> None:
    found = set()
    for path in sorted((settings.BASE_DIR / "essaim").glob("*/actions*/**/*.py")):
        if re.search(r"(filter|get|get_or_create)\([^)]*\bsubmission=", path.read_text("utf-8")):
            found.add(str(path.relative_to(settings.BASE_DIR / "essaim")))
    for path in sorted((settings.BASE_DIR / "essaim").glob("*/actions.py")):
        assert not re.search(r"filter\([^)]*\bsubmission=", Path(path).read_text("utf-8")), path
    assert found == BY_THEMSELVES


@pytest.mark.django_db
def test_whose_it_must_be() -> None:
    card, author, key = InitiativeFactory(published=True), UserFactory(), uuid.uuid4()
    assert made_by_form(Question.objects, None, card=card) is None
    assert made_by_form(Question.objects, key, card=card, author=author) is None
    made = Question.objects.create(submission=key, card=card, author=author, text="Où ?")
    assert made_by_form(Question.objects, key, card=card, author=author) == made
    assert made_by_form(Question.objects, key, card=card.pk, text="Où ?") == made
    for other in ({"card": InitiativeFactory()}, {"author": UserFactory()}, {"author": None}):
        with pytest.raises(DomainError, match="déjà servi"):
            made_by_form(Question.objects, key, **{"card": card, "author": author, **other})


@pytest.mark.django_db(transaction=True)
def test_the_same_number_on_two_objects_at_once() -> None:
    """One is made; the other waits, then is refused: no error of the database."""
    author, key = UserFactory(), uuid.uuid4()
    cards = [InitiativeFactory(published=True) for _ in range(2)]

    def ask(number: int) -> None:
        with transaction.atomic():
            if made_by_form(Question.objects, key, card=cards[number], author=author) is None:
                Question.objects.create(
                    submission=key, card=cards[number], author=author, text="Où ?"
                )

    assert at_once(lambda: ask(0), lambda: ask(1)) == ["done", "refused"]
    assert Question.objects.filter(submission=key).count() == 1
