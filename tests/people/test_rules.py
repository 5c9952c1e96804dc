from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from essaim.people import rules
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_only_managers_and_administrators_manage() -> None:
    assert not rules.can_manage(AnonymousUser())
    assert not rules.can_manage(UserFactory())
    assert rules.can_manage(UserFactory(manager=True))
    assert rules.can_manage(UserFactory(administrator=True))


def test_representatives_and_managers_change_an_organisation() -> None:
    organisation = OrganisationFactory()
    member = MembershipFactory(organisation=organisation).user
    representative = MembershipFactory(organisation=organisation, role="representative").user
    elsewhere = MembershipFactory(role="representative").user
    assert rules.is_member(member, organisation)
    assert not rules.is_member(elsewhere, organisation)
    allowed = [
        rules.can_change_organisation(person, organisation)
        for person in (
            AnonymousUser(), member, elsewhere, representative, UserFactory(manager=True)
        )
    ]  # fmt: skip
    assert allowed == [False, False, False, True, True]
    assert rules.can_create_organisation(member)
    assert not rules.can_create_organisation(AnonymousUser())
