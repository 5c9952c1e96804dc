"""Two people, two connections, the same instant: a card is written once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from essaim.common.errors import DomainError
from essaim.contributions.actions.interest import be_interested
from essaim.contributions.actions.proposals import (
    accept_proposal,
    decline_proposal,
    withdraw_proposal,
)
from essaim.contributions.actions.questions import ask
from essaim.contributions.models import Interest, Proposal, Question
from essaim.initiatives.actions.cards import EditConflict, save_section
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import SECTIONS, digest, read_section
from tests.contributions.factories import propose
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run the acts in as many threads; what each ended with."""
    start, ends = Barrier(len(acts)), ["?"] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
            ends[number] = "done"
        except EditConflict:
            ends[number] = "conflict"
        except DomainError:
            ends[number] = "refused"
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(ends)


@pytest.fixture
def card():
    return InitiativeFactory(published=True, author=UserFactory(), need="Avant.")


def test_a_double_click_accepts_once(card):
    proposal = propose(card, need="Après.")
    version = Initiative.objects.get(pk=card.pk).version
    accept = [lambda: accept_proposal(proposal, by=card.author)] * 2
    assert at_once(*accept) == ["done", "done"]
    assert Initiative.objects.get(pk=card.pk).version == version + 1


def test_two_editors_accept_at_once_one_is_told(card):
    proposal, other = propose(card, need="Après."), UserFactory(manager=True)
    version = Initiative.objects.get(pk=card.pk).version
    ends = at_once(
        lambda: accept_proposal(proposal, by=card.author),
        lambda: accept_proposal(proposal, by=other),
    )
    assert ends == ["done", "refused"]
    assert Initiative.objects.get(pk=card.pk).version == version + 1


def test_accepted_and_declined_or_withdrawn_at_once_is_one_of_them(card):
    proposal = propose(card, need="Après.")
    at_once(
        lambda: accept_proposal(proposal, by=card.author),
        lambda: decline_proposal(proposal, by=UserFactory(manager=True), reason="Non."),
        lambda: withdraw_proposal(proposal),
    )
    proposal.refresh_from_db()
    need = Initiative.objects.get(pk=card.pk).need
    assert (need == "Après.") == (proposal.state == "accepted")


def test_accepting_while_someone_saves_the_section_overwrites_nothing(card):
    proposal = propose(card, need="Proposé.")
    now = read_section(card, SECTIONS["besoin"])
    ends = at_once(
        lambda: accept_proposal(proposal, by=card.author),
        lambda: save_section(
            card, "besoin", {**now, "need": "Saisi."}, by=card.author, version=-1, seen=digest(now)
        ),
    )
    assert ends == ["conflict", "done"]
    proposal.refresh_from_db()
    need = Initiative.objects.get(pk=card.pk).need
    assert (need, proposal.state) in {("Proposé.", "accepted"), ("Saisi.", "proposed")}


def test_a_form_sent_twice_at_once_writes_one_row(card):
    member, key = UserFactory(), uuid.uuid4()
    propositions = [lambda: propose(card, need="Après.", by=member, key=key)] * 2
    assert at_once(*propositions) == ["done", "done"]
    assert Proposal.objects.count() == 1
    asked = uuid.uuid4()
    assert at_once(*[lambda: ask(card, "Combien ?", by=member, key=asked)] * 2) == ["done"] * 2
    assert Question.objects.count() == 1
    said = [lambda: be_interested(card, by=member, message="Oui.")] * 2
    assert at_once(*said) == ["done", "done"]
    assert Interest.objects.count() == 1
