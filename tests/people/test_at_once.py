"""Two people, two connections, the same instant."""

from __future__ import annotations

import pytest

from essaim.common.errors import DomainError
from essaim.people.actions import codes, invitations, membership_requests, memberships, networks
from essaim.people.models import Invitation, Membership, MembershipRequest, NetworkMembership
from tests.at_once import at_once
from tests.people.factories import (
    InvitationFactory,
    MembershipFactory,
    MembershipRequestFactory,
    OrganisationFactory,
    UserFactory,
    confirmed,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_many_guesses_of_a_code_at_once_are_all_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes.secrets, "randbelow", lambda _limit: 123456)
    luc = UserFactory()
    codes.send_code(luc)
    ends = at_once(*[lambda: codes.use_code(luc, "000000")] * codes.TRIES)
    assert ends == ["refused"] * codes.TRIES
    with pytest.raises(DomainError, match="plus valable"):
        codes.use_code(luc, "123456")


def test_the_two_last_representatives_leave_at_once() -> None:
    first = MembershipFactory(role="representative")
    organisation = first.organisation
    second = MembershipFactory(organisation=organisation, role="representative")
    MembershipFactory(organisation=organisation)
    ends = at_once(
        lambda: memberships.leave(organisation, by=first.user),
        lambda: memberships.leave(organisation, by=second.user),
    )
    assert ends == ["done", "refused"]
    assert organisation.memberships.representing().count() == 1


def test_two_representatives_take_each_others_role() -> None:
    first = MembershipFactory(role="representative")
    second = MembershipFactory(organisation=first.organisation, role="representative")
    ends = at_once(
        lambda: memberships.change_membership(first, role="member", functions=[]),
        lambda: memberships.change_membership(second, role="member", functions=[]),
    )
    assert ends == ["done", "refused"]
    assert first.organisation.memberships.representing().count() == 1


def test_a_double_click_on_accept_joins_once() -> None:
    luc = confirmed(UserFactory())
    invitation = InvitationFactory(email=luc.email)
    ends = at_once(*[lambda: invitations.accept(invitation, by=luc)] * 3)
    assert ends == ["done"] * 3
    assert Membership.objects.count() == 1


def test_accepted_and_cancelled_at_once() -> None:
    luc = confirmed(UserFactory())
    invitation = InvitationFactory(email=luc.email)
    ends = at_once(
        lambda: invitations.accept(invitation, by=luc), lambda: invitations.withdraw(invitation)
    )
    assert ends == ["done", "refused"]
    accepted = Invitation.objects.get().ended_as == "accepted"
    assert Membership.objects.exists() == accepted


def test_a_request_accepted_and_declined_at_once() -> None:
    request, one, two = MembershipRequestFactory(), UserFactory(), UserFactory()
    ends = at_once(
        lambda: membership_requests.accept_request(request, by=one),
        lambda: membership_requests.decline_request(request, by=two, reason="Non"),
    )
    assert ends == ["done", "refused"]
    accepted = MembershipRequest.objects.get().decision == "accepted"
    assert Membership.objects.exists() == accepted


def test_both_sides_of_a_network_propose_at_once() -> None:
    network, organisation = OrganisationFactory(kind="network"), OrganisationFactory()
    by = UserFactory()
    ends = at_once(
        lambda: networks.propose(network, organisation, by_network=True, by=by),
        lambda: networks.propose(network, organisation, by_network=False, by=by),
    )
    assert ends == ["done", "done"]
    assert NetworkMembership.objects.get().is_current
