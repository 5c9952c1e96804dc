"""What a person takes away, what goes when they leave, and what stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from essaim.contributions.actions import retention
from essaim.contributions.actions.interest import be_interested
from essaim.contributions.actions.proposals import accept_proposal
from essaim.contributions.models import Interest, Proposal, Question, Report
from essaim.people import personal_data
from essaim.people.actions.deletion import delete_account
from tests.contributions.factories import (
    CaseFactory,
    InterestFactory,
    ProposalFactory,
    QuestionFactory,
    ReportFactory,
    propose,
)
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaving():
    """A member who did a bit of everything on one card."""
    member = UserFactory(name="Claire Martin", name_is_public=True)
    card = InitiativeFactory(published=True, author=UserFactory())
    accept_proposal(propose(card, need="Ce qui reste.", by=member), by=card.author)
    ProposalFactory(card=card, author=member, draft=True)
    QuestionFactory(card=card, author=member, text="Combien ?")
    be_interested(card, by=member, message="Mes projets.")
    ReportFactory(by=member, text="Lisez.")
    return member, card


def test_all_of_it_can_be_taken_away_and_nothing_of_others(leaving):
    member, card = leaving
    QuestionFactory(card=card, text="Celle d’un autre")
    held = personal_data.archive(member)["contributions"]
    assert len(held["proposals"]) == 2
    assert [row["text"] for row in held["questions"]] == ["Combien ?"]
    assert held["interests"][0]["message"] == "Mes projets."
    assert held["reports"][0]["text"] == "Lisez."


@pytest.mark.parametrize("keep_name", [True, False])
def test_who_leaves_takes_drafts_and_messages_and_leaves_contributions(leaving, client, keep_name):
    member, card = leaving
    delete_account(member, keep_name=keep_name)
    assert Proposal.objects.get().state == "accepted"
    assert Question.objects.filter(text="Combien ?").exists()
    assert not Interest.objects.exists()
    assert not card.facts.filter(kind="interest").exists()
    assert Report.objects.get().text == ""
    page = client.get(card.get_absolute_url()).content.decode()
    assert ("Claire Martin" in page) is keep_name
    assert ("un compte supprimé" in page) is not keep_name


def test_what_has_served_is_not_kept() -> None:
    long_ago = timezone.now() - dt.timedelta(days=400)
    interest = InterestFactory(state="closed", closed_at=long_ago, message="")
    kept = InterestFactory(state="closed", closed_at=timezone.now(), message="")
    assert retention.forget_closed_interests(365) == 1
    assert list(Interest.objects.all()) == [kept] and interest != kept
    old = ReportFactory(case=CaseFactory(hidden=True, decided_at=long_ago), text="Voyez.")
    waiting = ReportFactory(
        case=CaseFactory(
            hidden=True, state="appealed", decided_at=long_ago, appealed_at=long_ago, appeal="Si."
        )
    )
    assert retention.forget_complaints(365) == 1
    assert retention.forget_complaints(365) == 0
    old.refresh_from_db()
    waiting.refresh_from_db()
    assert (old.by, old.text, waiting.by is None, waiting.case.appeal) == (None, "", False, "Si.")
