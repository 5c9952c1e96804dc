"""Who may do what with people and organisations (§ 14 of the domain)."""

from __future__ import annotations

from typing import Any

import rules

from essaim.people.models import Membership, Organisation


@rules.predicate
def can_manage(user: Any) -> bool:
    """Programme managers and administrators: the only two global roles."""
    return bool(user.is_authenticated and (user.is_manager or user.is_superuser))


@rules.predicate
def is_member(user: Any, organisation: Organisation) -> bool:
    return bool(user.is_authenticated) and organisation.memberships.filter(user=user).exists()


@rules.predicate
def is_representative(user: Any, organisation: Organisation) -> bool:
    return (
        bool(user.is_authenticated)
        and organisation.memberships.filter(user=user, role=Membership.Role.REPRESENTATIVE).exists()
    )


@rules.predicate
def can_create_organisation(user: Any) -> bool:
    return bool(user.is_authenticated)


can_read_audit = can_manage
can_change_organisation = is_representative | can_manage
can_add_member = is_representative | can_manage
