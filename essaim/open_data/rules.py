"""Who may see and change a token or a subscription (§ 14 of the domain)."""

from __future__ import annotations

from typing import Any

import rules

from essaim.people.rules import is_representative


@rules.predicate
def is_signed_in(user: Any) -> bool:
    return bool(user.is_authenticated)


@rules.predicate
def is_owner(user: Any, each: Any) -> bool:
    """Of a token or a subscription."""
    return bool(user.is_authenticated) and each.user_id == user.pk


@rules.predicate
def represents_its_organisation(user: Any, each: Any) -> bool:
    return each.organisation_id is not None and is_representative(user, each.organisation)


can_create = is_signed_in
# Agrees with ``visible_to`` of both.
can_view = is_owner | represents_its_organisation
can_revoke = can_view
can_change = can_view
