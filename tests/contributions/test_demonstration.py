"""What invented readers brought: by the accounts that the people's demonstration makes."""

from __future__ import annotations

import io

import pytest

from essaim.contributions.demonstration import CARD, load_contributions
from essaim.contributions.models import Interest, Proposal
from essaim.people.demonstration import ADOPTER, PEOPLE, load_people
from essaim.people.models import Organisation, User
from tests.initiatives.factories import InitiativeFactory

pytestmark = pytest.mark.django_db


def test_nobody_is_invented_twice() -> None:
    load_people(out=io.StringIO())
    holder = User.objects.get(email="porteur@essaim.example")
    InitiativeFactory(
        external_id=CARD, published=True, holder=holder.memberships.get().organisation
    )
    organisations = Organisation.objects.count()
    for _ in range(2):
        load_contributions(out=io.StringIO())
    assert User.objects.count() == len(PEOPLE)
    assert Organisation.objects.count() == organisations
    interest = Interest.objects.get()
    assert interest.user.email == "repreneur@essaim.example"
    assert interest.organisation is not None and interest.organisation.name == ADOPTER[0]
    assert Proposal.objects.count() == 2
