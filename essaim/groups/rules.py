"""Who may do what with groups of territories (§ 14 of the domain)."""

from __future__ import annotations

from typing import Any

import rules

from essaim.common.remembered import asked_once
from essaim.groups.models import Group, Member, Steward, represented_by
from essaim.people.models import Membership
from essaim.people.rules import can_manage
from essaim.territories.models import Territory


@rules.predicate
def can_make(user: Any) -> bool:
    """Any account: a group binds no territory that has not agreed."""
    return bool(user.is_authenticated)


@rules.predicate
@asked_once
def is_steward(user: Any, group: Group) -> bool:
    return (
        bool(user.is_authenticated)
        and Steward.objects.filter(group=group, user=user, user__is_active=True).exists()
    )


def answers_for(user: Any, territory: Territory | int) -> bool:
    """Whether this person represents a public body of the territory."""
    key = territory if isinstance(territory, int) else territory.pk
    return (
        bool(user.is_authenticated)
        and represented_by(user).filter(organisation__territory=key).exists()
    )


@rules.predicate
@asked_once
def answers_for_a_member(user: Any, group: Group) -> bool:
    return (
        bool(user.is_authenticated)
        and group.members.present().filter(territory__in=represented_by(user)).exists()
    )


@rules.predicate
def can_view(user: Any, group: Group) -> bool:
    """Agrees with ``GroupQuerySet.visible_to``."""
    if group.visibility == Group.Visibility.PUBLIC or can_manage(user):
        return True
    return Steward.objects.filter(
        group=group, user=user if user.is_authenticated else None
    ).exists() or answers_for_a_member(user, group)


# Words, invitations, stewards, end.
can_run = is_steward | can_manage


@rules.predicate
def can_answer(user: Any, member: Member) -> bool:
    """Who represents a public body of the territory; managers, where nobody does."""
    if answers_for(user, member.territory_id):
        return True
    return can_manage(user) and not is_represented(member.territory_id)


# Leaving is answered for by the same people.
can_leave = can_answer


def is_represented(territory: int) -> bool:
    """Whether anyone here may answer for this territory."""
    from django.conf import settings

    return (
        Membership.objects.representing()
        .filter(
            organisation__territory=territory,
            organisation__kind__in=settings.GROUPS["answering_kinds"],
        )
        .exists()
    )
