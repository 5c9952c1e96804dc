"""Two people, two connections, the same instant."""

from __future__ import annotations

import uuid

import pytest

from essaim.dialogues.actions import proposals, territories
from essaim.dialogues.models import Dialogue, Proposal
from essaim.following.models import Notification
from essaim.replications.models import Replication
from tests.at_once import at_once
from tests.dialogues.factories import begun, card, talk
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_form_sent_twice_proposes_once() -> None:
    there = talk(proposed=False)
    key = uuid.uuid4()
    ends = at_once(
        *[lambda: proposals.propose(there.dialogue, there.card, by=there.head, submission=key)] * 2
    )
    assert ends == ["done", "done"] and Proposal.objects.count() == 1


def test_two_propose_the_same_practice() -> None:
    there = talk(proposed=False)
    ends = at_once(
        *[
            lambda: proposals.propose(
                there.dialogue, there.card, by=there.head, submission=uuid.uuid4()
            )
        ]
        * 2
    )
    assert ends == ["done", "refused"] and Proposal.objects.count() == 1


def test_adopting_twice_begins_one_replication() -> None:
    there = talk(sent=True)
    act = lambda: proposals.choose(  # noqa: E731
        there.proposal, "adopted", by=there.person, adopter=there.body
    )
    assert at_once(act, act, act) == ["done"] * 3
    assert Replication.objects.count() == 1
    assert Proposal.objects.get().replication is not None


def test_withdrawn_while_it_is_chosen() -> None:
    there = talk(sent=True)
    ends = at_once(
        lambda: proposals.withdraw(there.proposal),
        lambda: proposals.choose(there.proposal, "adopted", by=there.person, adopter=there.body),
    )
    assert ends == ["done", "refused"]
    state = Proposal.objects.get().state
    assert Replication.objects.count() == (1 if state == "adopted" else 0)


def test_sent_by_two_is_told_once() -> None:
    there = talk()
    assert at_once(*[lambda: proposals.send(there.dialogue, by=there.head)] * 2) == ["done"] * 2
    assert Notification.objects.filter(user=there.person).count() == 1


def test_the_same_territory_added_by_two() -> None:
    campaign, place = begun(), TerritoryFactory()
    ends = at_once(*[lambda: territories.add_territories(campaign, [place])] * 2)
    assert ends == ["done", "done"] and Dialogue.objects.count() == 1


def test_merged_and_adopted_at_once() -> None:
    there = talk(sent=True)
    new = TerritoryFactory()
    there.place.gone_on, there.place.successor = there.campaign.opens_on, new
    there.place.save()
    other = card(there.indicator.themes.get())
    ends = at_once(
        lambda: territories.follow_successor(there.dialogue),
        lambda: proposals.propose(there.dialogue, other, by=there.head, submission=uuid.uuid4()),
    )
    assert ends == ["done", "done"]
    assert Dialogue.objects.get().territory == new and Proposal.objects.count() == 2
