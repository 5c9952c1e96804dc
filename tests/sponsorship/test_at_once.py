"""Two people, two connections, the same instant: a load limit holds."""

from __future__ import annotations

import pytest

from essaim.sponsorship.actions import requests
from essaim.sponsorship.models import HelpRequest, Proposal
from tests.at_once import at_once
from tests.people.factories import UserFactory
from tests.sponsorship.factories import HelpRequestFactory, SponsorFactory

pytestmark = pytest.mark.django_db(transaction=True)


def asking(person):
    return lambda: requests.ask_for_help(
        by=person, question="À qui demander une salle ?", knowledge="procedures"
    )


def test_two_requests_at_once_never_put_a_sponsor_over_their_limit() -> None:
    sponsor = SponsorFactory(capacity=1)
    first, second = UserFactory(), UserFactory()
    assert at_once(asking(first), asking(second)) == ["done", "done"]
    assert Proposal.objects.filter(sponsor=sponsor, state="asked").count() == 1
    assert HelpRequest.objects.without_sponsor().count() == 1


def test_two_sponsors_of_one_place_share_two_requests_at_once() -> None:
    SponsorFactory(capacity=1), SponsorFactory(capacity=1)
    people = [UserFactory() for _n in range(3)]
    assert at_once(*(asking(person) for person in people)) == ["done"] * 3
    assert Proposal.objects.filter(state="asked").count() == 2
    assert HelpRequest.objects.without_sponsor().count() == 1


def test_taken_up_and_withdrawn_at_once() -> None:
    request = HelpRequestFactory(put_to=SponsorFactory())
    ends = at_once(
        lambda: requests.take_up(request, by=request.sponsor.user),
        lambda: requests.withdraw(request, by=request.asker),
    )
    assert "done" in ends
    assert HelpRequest.objects.get().state == "withdrawn"
