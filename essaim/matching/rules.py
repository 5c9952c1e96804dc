"""Who may read answers, and who may speak for a need."""

from __future__ import annotations

from typing import Any

import rules

from essaim.needs.models import Need
from essaim.needs.rules import can_view
from essaim.people.rules import can_manage, memberships_of


@rules.predicate
def can_view_answers(user: Any, need: Need) -> bool:
    """Whoever may read the need may read its answers, and why they were proposed."""
    return can_view(user, need)


@rules.predicate
def can_dismiss(user: Any, need: Need) -> bool:
    """The author, and members of the organisation in whose name the need is stated."""
    if not user.is_authenticated or not can_view(user, need):
        return False
    if need.author_id == user.pk:
        return True
    return need.organisation_id in memberships_of(user)


@rules.predicate
def can_read_board(user: Any) -> bool:
    return can_manage(user)
