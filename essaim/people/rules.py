"""Who may do what with people and organisations (§ 14 of the domain)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rules
from allauth.account.models import EmailAddress

from essaim.common.remembered import remembered
from essaim.people.models import (
    EmailDomain,
    Function,
    Invitation,
    Membership,
    NetworkMembership,
    Organisation,
)


def memberships_of(user: Any) -> Mapping[int, Membership]:
    """This person's memberships by the identifier of their organisation; none of a visitor."""
    if not user.is_authenticated:
        return {}
    return remembered(
        ("memberships", user.pk),
        lambda: {each.organisation_id: each for each in Membership.objects.filter(user=user)},
    )


@rules.predicate
def can_manage(user: Any) -> bool:
    """Programme managers and administrators: the only two global roles."""
    return bool(user.is_authenticated and (user.is_manager or user.is_superuser))


@rules.predicate
def needs_second_factor(user: Any) -> bool:
    """Who decides for others, enters the technical back room, or commits money in the name of
    their organisation, proves who they are twice."""
    return can_manage(user) or bool(user.is_staff) or has_function(user, Function.FUNDER)


@rules.predicate
def is_member(user: Any, organisation: Organisation) -> bool:
    return organisation.pk in memberships_of(user)


@rules.predicate
def is_representative(user: Any, organisation: Organisation) -> bool:
    held = memberships_of(user).get(organisation.pk)
    return held is not None and held.is_representative


def has_function(user: Any, function: str, organisation: Organisation | None = None) -> bool:
    """Whether this person has the function (a value of ``Function``) in that organisation, or in
    any of theirs."""
    held = memberships_of(user)
    of = held.values() if organisation is None else filter(None, [held.get(organisation.pk)])
    return any(function in each.functions for each in of)


def has_no_representative(organisation: Organisation) -> bool:
    """No active account represents it: programme managers decide instead."""
    representing = organisation.memberships.representing()
    return not remembered(("represented", organisation.pk), representing.exists)


@rules.predicate
def can_create_organisation(user: Any) -> bool:
    return bool(user.is_authenticated)


can_read_audit = can_manage
can_change_organisation = is_representative | can_manage
can_add_member = is_representative | can_manage
# Members' roles, invitations, requests, domains, networks.
can_run_organisation = is_representative | can_manage
can_verify_domain = can_manage
can_merge_organisations = can_manage


@rules.predicate
def is_invited(user: Any, invitation: Invitation) -> bool:
    """The address invited is one this person has confirmed. Agrees with
    ``InvitationQuerySet.visible_to``."""
    if not user.is_authenticated:
        return False
    if not invitation.is_pending:
        return bool(invitation.accepted_by_id == user.pk)
    return EmailAddress.objects.filter(
        user=user, verified=True, email__iexact=invitation.email
    ).exists()


@rules.predicate
def can_join_by_domain(user: Any, organisation: Organisation) -> bool:
    """An address this person has confirmed is of a domain the organisation has verified."""
    return EmailDomain.objects.verified().of(user).filter(organisation=organisation).exists()


@rules.predicate
def can_request_to_join(user: Any, organisation: Organisation) -> bool:
    return bool(user.is_authenticated) and not is_member(user, organisation)


@rules.predicate
def can_answer_network(user: Any, membership: NetworkMembership) -> bool:
    """The side that was asked; managers, where nobody represents it."""
    side = membership.asked
    return is_representative(user, side) or (can_manage(user) and has_no_representative(side))


@rules.predicate
def can_end_network(user: Any, membership: NetworkMembership) -> bool:
    """Either side."""
    return (
        is_representative(user, membership.network)
        or is_representative(user, membership.organisation)
        or can_manage(user)
    )


can_view_network = can_answer_network | can_end_network
