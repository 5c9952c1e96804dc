"""One function per message: who is told what, at the moment it becomes true."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from essaim.following.actions import announce, tell
from essaim.people.models import Membership, User

from .models import Group, Member

GROUP = "group"
INVITED, ANSWERED, LEFT = "group_invited", "group_answered", "group_left"
NAMED, ENDED = "group_steward_named", "group_ended"


def _those_who_answer(member: Member) -> list[User]:
    found = (
        Membership.objects.representing()
        .filter(
            organisation__territory=member.territory_id,
            organisation__kind__in=settings.GROUPS["answering_kinds"],
        )
        .select_related("user")
        .order_by("user", "pk")
    )
    return list({each.user_id: each.user for each in found}.values())


def _stewards(group: Group) -> list[User]:
    return [each.user for each in group.stewards.select_related("user").order_by("pk")]


def invited(member: Member, *, by: User) -> None:
    """To those who may answer for the territory; managers see it where there is nobody."""
    for person in _those_who_answer(member):
        tell(person, INVITED, GROUP, str(member.group_id), waits=True, by=by)


def answered(member: Member, *, by: User) -> None:
    for person in _stewards(member.group):
        tell(person, ANSWERED, GROUP, str(member.group_id), by=by)


def left(member: Member, *, by: User) -> None:
    for person in _stewards(member.group):
        tell(person, LEFT, GROUP, str(member.group_id), by=by)


def steward_named(group: Group, user: User, *, by: User | None) -> None:
    tell(user, NAMED, GROUP, str(group.pk), by=by)


def ended(group: Group, *, by: Any) -> None:
    """Stewards, who answered for a member, and who follows the place."""
    people = {person.pk: person for person in _stewards(group)}
    for member in group.members.accepted():
        people |= {person.pk: person for person in _those_who_answer(member)}
    for _pk, person in sorted(people.items()):
        tell(person, ENDED, GROUP, str(group.pk), by=by)
    if group.territory is not None:
        announce(ENDED, [(GROUP, str(group.pk)), ("territory", group.territory.address)], by=by)
