"""Territories in a group: invited by a steward, members by the consent of one of their bodies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from essaim.common.errors import DomainError
from essaim.groups import notifications
from essaim.groups.models import Group, Member
from essaim.groups.rules import answers_for
from essaim.people.models import Membership, Organisation, User
from essaim.territories import actions as places
from essaim.territories.actions.groups import MEMBER_KINDS_REFUSED
from essaim.territories.models import Territory


@transaction.atomic
def invite(group: Group, territories: Sequence[Territory], *, by: User) -> list[Member]:
    """Ask these territories; those already asked or members stay as they are. Returns the new.

    Raises DomainError past the number of invitations that one person sends in a day, and for
    the country, a group, or a territory that ended.
    """
    from essaim.groups.actions.groups import locked

    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    group = locked(group)
    with pghistory.context(user=by.pk, action="invite"):
        return add(group, territories, by=by)


def add(group: Group, territories: Sequence[Territory], *, by: User) -> list[Member]:
    """As ``invite``, in the caller's transaction, which holds the group and the person."""
    wanted = {each.pk: each for each in territories}
    _check(wanted.values())
    known = {each.territory_id: each for each in group.members.all()}
    new = [
        each
        for pk, each in wanted.items()
        if pk not in known or known[pk].state not in Member.PRESENT
    ]
    present = sum(each.state in Member.PRESENT for each in known.values())
    if present + len(new) > settings.GROUPS["members"]:
        raise DomainError(
            _("Un groupe réunit %(n)s territoires au plus.") % {"n": settings.GROUPS["members"]},
            field="territories",
        )
    _check_the_day(by, len(new))
    added = []
    for territory in new:
        member = known.get(territory.pk) or Member(group=group, territory=territory)
        if member.pk:
            member.invite_again()
        member.invited_by, member.invited_at = by, timezone.now()
        member.save()
        added.append(member)
        if answers_for(by, territory):
            _accept(member, by=by)
        else:
            notifications.invited(member, by=by)
    compose(group)
    return added


def _check(territories: Any) -> None:
    for territory in territories:
        if territory.kind in MEMBER_KINDS_REFUSED:
            raise DomainError(
                _("Un groupe réunit des territoires : ni le pays entier, ni un autre groupe."),
                field="territories",
            )
        if territory.gone_on is not None:
            raise DomainError(
                _("%(name)s n’existe plus : invitez le territoire qui lui succède.")
                % {"name": territory.label},
                field="territories",
            )


def _check_the_day(by: User, new: int) -> None:
    since = timezone.now() - dt.timedelta(days=1)
    sent = Member.objects.filter(invited_by=by, invited_at__gte=since).count()
    most = int(settings.GROUPS["invitations_per_day"])
    if new and sent + new > most:
        raise DomainError(
            _(
                "Une personne invite %(most)s territoires par jour au plus ; il vous en reste"
                " %(left)s aujourd’hui."
            )
            % {"most": most, "left": max(0, most - sent)},
            field="territories",
        )


@transaction.atomic
def accept(member: Member, *, by: User, organisation: Organisation | None = None) -> Member:
    """The territory is a member, in the name of one of its bodies. Accepting twice does nothing.

    Raises DomainError where the invitation was taken back or answered otherwise meanwhile.
    """
    member = _locked(member)
    if member.state == Member.State.ACCEPTED:
        return member
    with pghistory.context(user=by.pk, action="accept"):
        _accept(member, by=by, organisation=organisation)
        compose(member.group)
    notifications.answered(member, by=by)
    return member


def _accept(member: Member, *, by: User, organisation: Organisation | None = None) -> None:
    mine = bodies(by, member.territory)
    if organisation is not None and organisation not in mine:
        raise DomainError(
            _("Vous ne représentez pas cette organisation sur ce territoire."),
            field="organisation",
        )
    _move(member, "accept")
    member.organisation = organisation or next(iter(mine), None)
    member.answered_by = by
    member.save()


@transaction.atomic
def decline(member: Member, *, by: User) -> Member:
    """Without blame, nor reason to give. Declining twice does nothing more."""
    member = _locked(member)
    if member.state == Member.State.DECLINED:
        return member
    with pghistory.context(user=by.pk, action="decline"):
        _move(member, "decline")
        member.answered_by, member.organisation = by, next(iter(bodies(by, member.territory)), None)
        member.save()
    notifications.answered(member, by=by)
    return member


@transaction.atomic
def cancel(member: Member, *, by: User) -> Member:
    """A steward takes an invitation back, while nobody has answered."""
    member = _locked(member)
    if member.state == Member.State.CANCELLED:
        return member
    with pghistory.context(user=by.pk, action="cancel"):
        _move(member, "cancel")
        member.save(update_fields=["state"])
    return member


@transaction.atomic
def leave(member: Member, *, by: User) -> Member:
    """Who answers for the territory takes it out; leaving twice does nothing more."""
    member = _locked(member)
    if member.state == Member.State.LEFT:
        return member
    with pghistory.context(user=by.pk, action="leave"):
        _move(member, "leave")
        member.answered_by = by
        member.save()
        compose(member.group)
    notifications.left(member, by=by)
    return member


def bodies(user: User, territory: Territory) -> list[Organisation]:
    """The public bodies of this territory that this person represents."""
    return list(
        Organisation.objects.filter(
            territory=territory,
            kind__in=settings.GROUPS["answering_kinds"],
            memberships__user=user,
            memberships__role=Membership.Role.REPRESENTATIVE,
        ).order_by("name", "pk")
    )


def compose(group: Group) -> None:
    """Make the place of exactly those who agreed. A group that is no place has nothing to do."""
    if group.territory is not None:
        accepted = group.members.accepted().values("territory")
        places.compose_group(group.territory, Territory.objects.filter(pk__in=accepted))


def _locked(member: Member) -> Member:
    from essaim.groups.actions.groups import locked

    group = locked(member.group)
    found = Member.objects.select_related("territory").get(pk=member.pk)
    found.group = group
    return found


def _move(member: Member, transition: str) -> None:
    try:
        getattr(member, transition)()
    except TransitionNotAllowed as error:
        raise DomainError(
            _("Entre-temps, l’état de %(name)s est devenu « %(state)s » : relisez la page.")
            % {"name": member.territory.label, "state": member.get_state_display()}
        ) from error
