"""Who may read, change and withdraw a need (§ 14 of the domain)."""

from __future__ import annotations

from typing import Any

import rules

from essaim.needs.models import Joining, Need
from essaim.people.rules import can_manage, memberships_of


@rules.predicate
def can_state(user: Any) -> bool:
    """Any account."""
    return bool(user.is_authenticated)


@rules.predicate
def can_view(user: Any, need: Need) -> bool:
    """Agrees with ``NeedQuerySet.visible_to``."""
    if need.state == Need.State.WITHDRAWN:
        return False
    if need.visibility == Need.Visibility.PUBLIC:
        return True
    if not user.is_authenticated:
        return False
    if need.visibility == Need.Visibility.MEMBERS or need.author_id == user.pk:
        return True
    return (
        need.visibility == Need.Visibility.ORGANISATION
        and need.organisation_id in memberships_of(user)
    )


@rules.predicate
def is_author(user: Any, need: Need) -> bool:
    return bool(user.is_authenticated) and need.author_id == user.pk


can_edit = is_author
# Whether it is met is for its author to say, and to take back.
can_close = is_author


@rules.predicate
def can_ask_to_join(user: Any, need: Need) -> bool:
    """Whoever may read an open need that is not theirs, for a need of their own."""
    return (
        bool(user.is_authenticated)
        and need.is_open
        and need.author_id != user.pk
        and can_view(user, need)
    )


@rules.predicate
def can_answer_joining(user: Any, joining: Joining) -> bool:
    """The author of the need that was asked."""
    return is_author(user, joining.other)


@rules.predicate
def can_take_back(user: Any, joining: Joining) -> bool:
    return is_author(user, joining.need)


# Managers moderate what they can read; they never rewrite someone's words.
can_delete = is_author | (can_manage & can_view)
