"""Needs that go together: asked by one author, agreed by the other, one who speaks for them.

Both needs are locked, in the order of their keys: a need is never joined while it is withdrawn.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.states import move
from essaim.groups import actions as groups
from essaim.groups.models import NAME_LENGTH, Group
from essaim.needs import following
from essaim.needs.models import Joining, Need
from essaim.needs.reading import mask, shorten
from essaim.people.models import User
from essaim.territories.models import Territory


@transaction.atomic
def ask_to_join(need: Need, other: Need, *, by: User) -> Joining:
    """Ask the author of another need to go together. Asked already, it is the same request.

    Raises DomainError where one of the two is no longer open, has no place, is already in the
    same group, or belongs to the same person; and past the requests of a day.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    need, other = _lock_both(need, other)
    if need.author_id == other.author_id:
        raise DomainError(_("Les deux besoins sont de la même personne : réunissez-les en un."))
    for each in (need, other):
        if each.place is None:
            raise DomainError(
                _("Pour se grouper, les deux besoins disent où : précisez d’abord le territoire.")
            )
    _refuse_two_groups(need, other)
    known = Joining.objects.filter(
        need=need, other=other, state__in=[Joining.State.ASKED, Joining.State.ACCEPTED]
    ).first()
    if known is not None and known.state == Joining.State.ASKED:
        return known
    if need.active_group is not None and need.active_group == other.active_group:
        raise DomainError(_("Ces deux besoins sont déjà dans le même groupe."))
    since = timezone.now() - dt.timedelta(days=1)
    sent = Joining.objects.filter(by=by, asked_at__gte=since).count()
    if sent >= settings.GROUPS["joinings_per_day"]:
        raise DomainError(_("Vous avez fait beaucoup de demandes aujourd’hui : revenez demain."))
    if known is not None:  # they went together once, and one has left since
        known.delete()
    with pghistory.context(user=by.pk, action="ask_to_join"):
        joining = Joining.objects.create(need=need, other=other, by=by)
    following.asked_to_join(joining)
    return joining


@transaction.atomic
def accept_joining(joining: Joining, *, by: User, name: str = "") -> Group:
    """By who answers for the need that was asked, and speaks for the group where it is new.

    The group is that of one of the two needs, or a new one, named ``name`` or after the need. Each
    territory is a member at once where the author of its need answers for it; else it waits for
    one of its public bodies. Accepted twice, it is the same group.
    """
    need, other = _lock_both(joining.need, joining.other)
    joining = Joining.objects.select_for_update().get(pk=joining.pk)
    if joining.state == Joining.State.ACCEPTED and other.group is not None:
        return other.group
    _refuse_two_groups(need, other)
    with pghistory.context(user=by.pk, action="accept_joining"):
        move(joining, "accept")
        joining.save(update_fields=["state", "answered_on"])
        group = other.active_group or need.active_group or _new_group(other, need, name, by)
        _bring(group, other, by)
        _bring(group, need, joining.by or need.author)
    following.joined(joining)
    return group


@transaction.atomic
def decline_joining(joining: Joining, *, by: Any) -> None:
    """Without a reason to give; declining twice does nothing more."""
    joining = Joining.objects.select_for_update().get(pk=joining.pk)
    if joining.state == Joining.State.DECLINED:
        return
    with pghistory.context(user=by.pk, action="decline_joining"):
        move(joining, "decline")
        joining.save(update_fields=["state", "answered_on"])
    following.declined(joining)


@transaction.atomic
def take_back(joining: Joining, *, by: Any) -> None:
    """By who asked, before any answer."""
    joining = Joining.objects.select_for_update().get(pk=joining.pk)
    if joining.state == Joining.State.TAKEN_BACK:
        return
    with pghistory.context(user=by.pk, action="take_back"):
        move(joining, "take_back")
        joining.save(update_fields=["state"])


@transaction.atomic
def leave_group(need: Need, *, by: Any) -> None:
    """By who speaks for the need; leaving twice does nothing more. Its territory stays a member of
    the group until one of its public bodies takes it out."""
    need = Need.objects.select_for_update(of=("self",)).get(pk=need.pk)
    if need.group_id is None:
        return
    with pghistory.context(user=by.pk, action="leave_group"):
        need.group = None
        need.save(update_fields=["group", "updated_at"])


def _lock_both(need: Need, other: Need) -> tuple[Need, Need]:
    pks = [need.pk, other.pk]
    locked = Need.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    rows = {each.pk: each for each in locked}
    if any(pk not in rows or not rows[pk].is_open for pk in pks):
        raise DomainError(_("L’un des deux besoins n’est plus ouvert : relisez sa page."))
    return rows[need.pk], rows[other.pk]


def _refuse_two_groups(need: Need, other: Need) -> None:
    ours, theirs = need.active_group, other.active_group
    if ours is not None and theirs is not None and ours != theirs:
        raise DomainError(
            _(
                "Chacun de ces besoins est déjà dans un groupe : l’un des deux doit d’abord en sortir."
            )
        )


def _new_group(need: Need, other: Need, name: str, by: User) -> Group:
    """Public where both may be; its words never carry what is masked on the need's page."""
    title = " ".join(name.split()) or shorten(" ".join(mask(need.text).split()), NAME_LENGTH)
    public = need.visibility == other.visibility == Need.Visibility.PUBLIC
    return groups.make_group(
        by=by,
        name=title,
        visibility=Group.Visibility.PUBLIC if public else Group.Visibility.RESTRICTED,
    )


def _bring(group: Group, need: Need, by: User) -> None:
    """The need and its place into the group; who speaks for it here helps to run it."""
    if need.group_id != group.pk:
        need.group = group
        need.save(update_fields=["group", "updated_at"])
    place: Territory | None = need.place
    if place is not None:
        groups.invite(group, [place], by=by)
    groups.welcome(group, by)
