"""Groups as other rooms take them up: in a pool, a call, a follow-up.

``choices(user)`` are the groups that this person may bring; ``select(code, user)`` is one of
those they see, with the territories that agreed. A room keeps the group (``Group``), or the
territories it held that day: a group changes, what was decided with it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from essaim.groups.models import Group, GroupQuerySet, Member
from essaim.people.models import User
from essaim.territories.models import Territory


@dataclass(frozen=True)
class Selection:
    group: Group
    #: The place, of kind ``group``; None while the group is read by its members alone.
    territory: Territory | None
    members: list[Territory]  # those that agreed
    invited: list[Territory]  # not members: shown as waiting, never counted
    spokesperson: User | None


def choices(user: Any) -> GroupQuerySet:
    """Active groups that this person may bring into something: a steward, or who answers for a
    member. For a form's field."""
    if not user.is_authenticated:
        return Group.objects.none()
    return Group.objects.used_by(user).for_list().order_by("name", "pk")


def select(code: str, user: Any) -> Selection | None:
    """The group of this code, ended or not, if this person sees it."""
    group = Group.objects.visible_to(user).for_detail().filter(code=code).first()
    return of(group) if group is not None else None


def of(group: Group) -> Selection:
    """What a group is made of today. Two queries."""
    present = list(group.members.present().for_list())
    speaks = group.stewards.filter(is_spokesperson=True).select_related("user").first()
    return Selection(
        group=group,
        territory=group.territory,
        members=[each.territory for each in present if each.state == Member.State.ACCEPTED],
        invited=[each.territory for each in present if each.state == Member.State.INVITED],
        spokesperson=speaks.user if speaks else None,
    )
