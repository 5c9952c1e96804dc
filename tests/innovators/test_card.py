"""The success becomes a card: what the file says already is not asked again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from essaim.common.waiting import waiting_for
from essaim.initiatives.models import Initiative
from essaim.innovators.actions import ending
from essaim.innovators.models import Outcome
from essaim.innovators.waiting import SUCCESS_DAYS
from tests.innovators.factories import InnovationFileFactory
from tests.people.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def card_of(*, member: bool, summary: str = "Une balise.") -> Initiative:
    file = InnovationFileFactory(prototyping=True, summary=summary)
    if member:
        MembershipFactory(user=file.innovator, organisation=file.organisation)
    ending.end(file, kind="succeeded", by=file.case_officer)
    made = ending.write_card(file, by=file.innovator)
    assert made.holder in {None, file.organisation}
    return Initiative.objects.get(pk=made.pk)


def test_it_is_carried_by_the_organisation_of_the_file() -> None:
    assert card_of(member=True).holder is not None


def test_not_by_one_that_the_innovator_is_not_a_member_of() -> None:
    assert card_of(member=False).holder is None


def test_a_long_idea_is_kept_whole() -> None:
    idea = "Une balise. " * 60
    card = card_of(member=True, summary=idea.strip())
    assert card.description == idea.strip() and len(card.summary) <= 500
    assert card.holder is not None


def test_it_waits_for_the_innovator_until_it_is_written() -> None:
    file = InnovationFileFactory(prototyping=True)
    other = InnovationFileFactory(prototyping=True, innovator=file.innovator)
    ending.end(file, kind="succeeded", by=file.case_officer)
    ending.end(other, kind="abandoned", by=other.innovator)

    def asked(user: Any) -> list[tuple[str, str]]:
        return [(w.about, w.url) for w in waiting_for(user) if "réussite" in w.title]

    assert asked(file.innovator) == [(file.title, file.get_absolute_url())]
    assert asked(file.case_officer) == []
    Outcome.objects.update(at=timezone.now() - dt.timedelta(days=SUCCESS_DAYS + 1))
    assert asked(file.innovator) == [], "a choice not to write one is not recalled for ever"
    Outcome.objects.update(at=timezone.now())
    ending.write_card(file, by=file.innovator)
    assert asked(file.innovator) == []
