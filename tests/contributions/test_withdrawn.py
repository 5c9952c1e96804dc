"""Words withdrawn from a card's history leave the proposals that quoted them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from essaim.contributions.actions.proposals import accept_proposal
from essaim.contributions.models import Proposal
from essaim.initiatives.models import Initiative
from essaim.initiatives.revisions import events_of
from essaim.people import personal_data
from tests.contributions.factories import propose
from tests.initiatives.factories import InitiativeFactory
from tests.initiatives.test_revisions import write
from tests.initiatives.test_withdrawals import SECRET, withdraw
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def card() -> Initiative:
    return InitiativeFactory(author=UserFactory(), rich=True, published=True)


def fresh(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_related("card").get(pk=proposal.pk)


def said(proposal: Proposal) -> str:
    found = fresh(proposal)
    return json.dumps([found.before, found.content, found.taken], ensure_ascii=False)


def seen_by(user: Any, proposal: Proposal) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(proposal.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_proposal_that_quoted_them_says_what_the_card_says_today(card: Initiative) -> None:
    manager, reader = UserFactory(manager=True), UserFactory()
    card = write(card, "besoin", card.author, need=SECRET)
    waiting = propose(Initiative.objects.get(pk=card.pk), by=reader, need=f"{SECRET}, le matin")
    card = write(
        Initiative.objects.get(pk=card.pk), "besoin", card.author, need="Des objets sont jetés."
    )
    assert SECRET in said(waiting)
    withdraw(card, manager)
    assert SECRET not in said(waiting)
    for person in (reader, card.author, manager):
        text = seen_by(person, fresh(waiting))
        assert SECRET not in text and "Un texte a été retiré" in text
    assert SECRET not in json.dumps(personal_data.archive(reader), default=str)
    kept = fresh(waiting)
    assert (kept.state, kept.author) == ("proposed", reader)


def test_what_a_proposal_brought_to_the_card_goes_too(card: Initiative) -> None:
    manager, reader = UserFactory(manager=True), UserFactory()
    brought = propose(card, by=reader, need=SECRET)
    accept_proposal(brought, by=card.author)
    card = Initiative.objects.get(pk=card.pk)
    card = write(card, "besoin", card.author, need="Des objets sont jetés.")
    withdraw(card, manager)
    assert SECRET not in said(brought)
    kept = fresh(brought)
    assert kept.state == "accepted" and kept.author == reader  # the credit stays


def test_what_the_withdrawal_does_not_concern_stays(card: Initiative) -> None:
    manager, reader = UserFactory(manager=True), UserFactory()
    card = write(card, "besoin", card.author, need=SECRET)
    card = write(Initiative.objects.get(pk=card.pk), "besoin", card.author, need="Jetés.")
    # Of another section; and made since, on the version that stays.
    elsewhere = propose(
        Initiative.objects.get(pk=card.pk), "dispositif", by=reader, description="Ouvert."
    )
    since = propose(Initiative.objects.get(pk=card.pk), by=UserFactory(), need="Jetés partout.")
    withdraw(card, manager)
    for proposal in (elsewhere, since):
        assert fresh(proposal).words_withdrawn_at is None
    assert "Jetés partout." in said(since) and "Ouvert." in said(elsewhere)


def test_the_reasons_go_where_it_is_asked(card: Initiative) -> None:
    manager = UserFactory(manager=True)
    card = write(card, "besoin", card.author, need=SECRET)
    waiting = propose(Initiative.objects.get(pk=card.pk), by=UserFactory(), need="Autre.")
    Proposal.objects.filter(pk=waiting.pk).update(reason=SECRET)
    card = write(Initiative.objects.get(pk=card.pk), "besoin", card.author, need="Jetés.")
    withdraw(card, manager, with_reasons=True)
    assert fresh(waiting).reason == ""


def test_what_was_proposed_long_before_it_was_accepted_goes_too(card: Initiative) -> None:
    manager = UserFactory(manager=True)
    brought = propose(card, by=UserFactory(), need=SECRET)
    # Another section changed between the two: the proposal is not of the version just before.
    write(Initiative.objects.get(pk=card.pk), "dispositif", card.author, description="Ouvert.")
    write(Initiative.objects.get(pk=card.pk), "dispositif", card.author, description="Fermé.")
    accept_proposal(fresh(brought), by=card.author)
    said_so = events_of(card, by_team=True).first()
    card = write(Initiative.objects.get(pk=card.pk), "besoin", card.author, need="Jetés.")
    withdraw(card, manager, scope="one", event=said_so)
    assert SECRET not in said(brought)
