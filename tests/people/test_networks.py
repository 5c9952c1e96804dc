"""Organisations in networks: proposed by either side, agreed by the other."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.common.waiting import waiting_for
from essaim.people.actions import networks
from essaim.people.actions.organisations import change_organisation
from essaim.people.models import NetworkMembership, Organisation
from tests.following.factories import told_at_once
from tests.people.factories import (
    MembershipFactory,
    NetworkMembershipFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def federation() -> Any:
    return MembershipFactory(
        role="representative", organisation__name="Fédération", organisation__kind="network"
    )


@pytest.fixture
def ccas() -> Any:
    return MembershipFactory(
        role="representative", organisation__name="CCAS", organisation__kind="ccas"
    )


def test_a_network_proposes_and_the_organisation_agrees(
    client: Client, federation: Any, ccas: Any, django_capture_on_commit_callbacks: Any
) -> None:
    told_at_once(ccas.user)
    client.force_login(federation.user)
    page = ccas.organisation.get_absolute_url()
    assert "Proposer de rejoindre mon réseau" in client.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            client.post(f"{page}/reseau", {"organisation": federation.organisation.slug})
    (message,) = mail.outbox
    assert message.to == [ccas.user.email] and french("« Fédération » propose") in message.body
    (waiting,) = waiting_for(ccas.user)
    assert waiting_for(federation.user) == []
    assert client.post(waiting.url, {"accept": "1"}).status_code == 403, "not their own answer"

    client.force_login(ccas.user)
    for _ in range(2):
        client.post(waiting.url, {"accept": "1"})
    membership = NetworkMembership.objects.get()
    assert membership.is_current and membership.accepted_by == ccas.user
    visitor = Client()
    assert "Fédération" in visitor.get(page).content.decode()
    shown = visitor.get(federation.organisation.get_absolute_url()).content.decode()
    assert "1 organisation membre" in shown and "CCAS" in shown

    client.post(waiting.url, {"end": "1"})
    assert "Fédération" not in visitor.get(page).content.decode()
    again = networks.propose(
        federation.organisation, ccas.organisation, by_network=True, by=federation.user
    )
    assert again != membership, "the former membership stays in the history"


def test_an_organisation_asks_and_both_asking_is_agreeing(federation: Any, ccas: Any) -> None:
    pair = (federation.organisation, ccas.organisation)
    asked = networks.propose(*pair, by_network=False, by=ccas.user)
    assert [w.about for w in waiting_for(federation.user)] == ["Fédération"]
    assert networks.propose(*pair, by_network=True, by=federation.user) == asked
    asked.refresh_from_db()
    assert asked.is_current


def test_only_a_network_has_members_and_never_itself(federation: Any, ccas: Any) -> None:
    with pytest.raises(DomainError, match="pas un réseau"):
        networks.propose(ccas.organisation, federation.organisation, by_network=True, by=ccas.user)
    with pytest.raises(DomainError, match="lui-même"):
        networks.propose(
            federation.organisation, federation.organisation, by_network=True, by=federation.user
        )
    NetworkMembershipFactory(network=federation.organisation)
    with pytest.raises(DomainError, match="organisations membres") as caught:
        change_organisation(
            federation.organisation, name="Fédération", kind="company", siren="", territory=None
        )
    assert caught.value.field == "kind"


def test_declined_or_taken_back_is_over(federation: Any, ccas: Any) -> None:
    proposal = NetworkMembershipFactory(
        network=federation.organisation, organisation=ccas.organisation
    )
    networks.end(proposal, by=ccas.user)
    with pytest.raises(DomainError, match="retirée ou déclinée"):
        networks.accept(proposal, by=ccas.user)
    assert waiting_for(ccas.user) == []


def test_proposing_and_taking_back_again_and_again_is_stopped(
    federation: Any, ccas: Any, settings: Any
) -> None:
    settings.ORGANISATIONS = {**settings.ORGANISATIONS, "proposals_a_day": 2}
    pair = (federation.organisation, ccas.organisation)
    for _ in range(2):
        networks.end(networks.propose(*pair, by_network=True, by=federation.user), by=ccas.user)
    with pytest.raises(DomainError, match="reprenez demain"):
        networks.propose(*pair, by_network=True, by=federation.user)


def test_managers_answer_for_whom_nobody_represents(client: Client) -> None:
    manager = UserFactory(manager=True)
    proposal = NetworkMembershipFactory()
    client.force_login(manager)
    assert len(waiting_for(manager)) == 1
    client.post(proposal.get_absolute_url(), {"accept": "1"})
    proposal.refresh_from_db()
    assert proposal.is_current


def test_nobody_proposes_what_they_do_not_represent(
    client: Client, federation: Any, ccas: Any
) -> None:
    member = MembershipFactory(organisation=federation.organisation)
    client.force_login(member.user)
    address = f"{ccas.organisation.get_absolute_url()}/reseau"
    assert client.get(address).status_code == 403
    answer = client.post(address, {"organisation": federation.organisation.slug})
    assert answer.status_code == 200 and "id_organisation_error" in answer.content.decode()
    assert not NetworkMembership.objects.exists()


def test_a_network_lists_its_members_by_pages(client: Client) -> None:
    network = OrganisationFactory(kind="network")
    for _ in range(35):
        NetworkMembershipFactory(network=network, agreed=True)
    page = client.get(network.get_absolute_url()).content.decode()
    assert "35 organisations membres" in page and 'href="?page=2"' in page
    assert Organisation.objects.count() == 36
