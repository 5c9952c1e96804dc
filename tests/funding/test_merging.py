"""Organisations that become one, and what they committed."""

from __future__ import annotations

import pytest

from essaim.common.errors import DomainError
from essaim.people.actions.merging import merge_organisations
from tests.funding.factories import opened
from tests.people.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_what_an_organisation_committed_stays_in_its_name() -> None:
    lead = opened().pool.lead
    manager, newcomer = UserFactory(manager=True), OrganisationFactory()
    with pytest.raises(DomainError, match="Gardez plutôt celle-là"):
        merge_organisations(newcomer, lead, by=manager)
    assert merge_organisations(lead, newcomer, by=manager) == lead
