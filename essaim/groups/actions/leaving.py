"""A person leaves the platform: the groups they ran go on."""

from __future__ import annotations

from django.db import transaction

from essaim.groups.actions.stewards import _remove
from essaim.groups.models import Group, Member, Steward
from essaim.people.models import Membership, User


@transaction.atomic
def forget_person(user: User) -> None:
    """Their part goes to another steward; where there is none, to who answered for a member.
    Nobody at all: managers are shown the group (``without_steward``)."""
    for row in Steward.objects.filter(user=user).order_by("group"):
        group = Group.objects.select_for_update(of=("self",)).get(pk=row.group_id)
        others = group.stewards.exclude(user=user).filter(user__is_active=True)
        if group.is_active and not others.exists():
            heir = _heir(group, user)
            if heir is not None:
                Steward.objects.get_or_create(group=group, user=heir)
        _remove(Steward.objects.select_related("group").get(pk=row.pk))
    Member.objects.filter(invited_by=user).update(invited_by=None)
    Member.objects.filter(answered_by=user).update(answered_by=None)
    Group.objects.filter(created_by=user).update(created_by=None)


def _heir(group: Group, leaving: User) -> User | None:
    """Of those who agreed for a member and still represent it, the first to have done so."""
    accepted = group.members.accepted().filter(answered_by__is_active=True)
    for member in accepted.exclude(answered_by=leaving).order_by("answered_on", "pk"):
        still = Membership.objects.representing().filter(
            user=member.answered_by, organisation=member.organisation_id
        )
        if still.exists():
            return member.answered_by
    return None
