"""Who gets in at each address of organisations, for the one table of ``tests/test_permissions.py``.

Owner: represents the organisation; colleague: is a member of it; the others are neither.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.people.factories import (
    EmailDomainFactory,
    InvitationFactory,
    MembershipFactory,
    MembershipRequestFactory,
    NetworkMembershipFactory,
    OrganisationFactory,
    confirmed,
)

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
REPRESENTATIVE = {"owner"}
RUNNING = REPRESENTATIVE | {"manager", "administrator"}
OF_IT = {"owner", "colleague"}


def nothing(world: SimpleNamespace) -> list[Any]:
    return []


def slug(world: SimpleNamespace) -> list[Any]:
    return [world.organisation.slug]


def membership(world: SimpleNamespace) -> list[Any]:
    return [world.organisation.slug, MembershipFactory(organisation=world.organisation).pk]


def invitation(world: SimpleNamespace) -> list[Any]:
    return [world.organisation.slug, InvitationFactory(organisation=world.organisation).pk]


def request(world: SimpleNamespace) -> list[Any]:
    return [world.organisation.slug, MembershipRequestFactory(organisation=world.organisation).pk]


def domain(world: SimpleNamespace) -> list[Any]:
    return [world.organisation.slug, EmailDomainFactory(organisation=world.organisation).pk]


def for_member(world: SimpleNamespace) -> Any:
    """An invitation to the address of someone who is of no organisation."""
    confirmed(world.member)
    return InvitationFactory(organisation=world.organisation, email=world.member.email)


def join_network(world: SimpleNamespace) -> list[Any]:
    """The page of a network, which the owner's organisation could join."""
    return [OrganisationFactory(kind="network").slug]


ROWS: dict[str, tuple[set[str], Any]] = {
    "organisations": (ALL, nothing),
    "export_organisations": (ALL, nothing),
    "organisation": (ALL, slug),
    "create_organisation": (SIGNED_IN, nothing),
    "merge_organisations": ({"manager", "administrator"}, slug),
    "change_organisation": (RUNNING, slug),
    "choose_current": (SIGNED_IN, nothing),
    "members": (RUNNING, slug),
    "change_membership": (RUNNING, membership),
    "remove_member": (RUNNING, membership),
    "leave": (OF_IT, slug),
    "join": (SIGNED_IN, slug),
    "join_by_domain": (SIGNED_IN, slug),  # refused in words to those without such an address
    "withdraw_request": (SIGNED_IN, slug),
    "membership_request": (RUNNING, request),
    "invite": (RUNNING, slug),
    "resend_invitation": (RUNNING, invitation),
    "withdraw_invitation": (RUNNING, invitation),
    "received_invitation": ({"member"}, lambda world: [for_member(world).pk]),
    # A visitor is told to sign in; another account, that it is for another address.
    "invitation": ({"visitor", "member"}, lambda world: [for_member(world).token]),
    "add_domain": (RUNNING, slug),
    "send_domain_link": (OF_IT, domain),
    "verify_domain": (RUNNING - REPRESENTATIVE, domain),
    "remove_domain": (RUNNING, domain),
    "confirm_domain": (SIGNED_IN, lambda world: ["invented"]),  # says that it is not valid
    "propose_network": (REPRESENTATIVE, join_network),
    "network_membership": (
        RUNNING,
        lambda world: [NetworkMembershipFactory(organisation=world.organisation).pk],
    ),
}
