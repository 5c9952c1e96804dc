"""Who may read, change and withdraw a need (§ 14 of the domain)."""

from __future__ import annotations

from typing import Any

import rules

from essaim.needs.models import Joining, Need
from essaim.people.rules import can_manage, is_representative, memberships_of


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


@rules.predicate
def is_of_its_organisation(user: Any, need: Need) -> bool:
    """A member of the organisation in whose name it is stated, who may read it (§ 14: rights come
    from the role in the organisation): an agent on leave or gone blocks nobody."""
    return (
        bool(user.is_authenticated)
        and need.visibility != Need.Visibility.PRIVATE
        and can_view(user, need)
        and need.organisation_id in memberships_of(user)
    )


@rules.predicate
def represents_its_organisation(user: Any, need: Need) -> bool:
    return (
        need.organisation is not None
        and is_of_its_organisation(user, need)
        and is_representative(user, need.organisation)
    )


# Agrees with ``NeedQuerySet.spoken_for``.
speaks_for = is_author | is_of_its_organisation
can_edit = speaks_for
# Whether it is met is for those who have the need to say, and to take back.
can_close = speaks_for


@rules.predicate
def can_ask_to_join(user: Any, need: Need) -> bool:
    """Whoever may read an open need that they do not speak for, for one that they do."""
    return (
        bool(user.is_authenticated)
        and need.is_open
        and not speaks_for(user, need)
        and can_view(user, need)
    )


@rules.predicate
def can_answer_joining(user: Any, joining: Joining) -> bool:
    """Who speaks for the need that was asked."""
    return bool(speaks_for(user, joining.other))


@rules.predicate
def can_take_back(user: Any, joining: Joining) -> bool:
    return bool(speaks_for(user, joining.need))


# Managers moderate what they can read; they never rewrite someone's words. Withdrawing erases for
# everyone, for ever: of an organisation's need, its author or a representative.
can_delete = is_author | (can_manage & can_view) | represents_its_organisation
