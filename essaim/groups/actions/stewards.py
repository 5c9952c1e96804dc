"""Who runs a group, and who speaks for it: there is always someone."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.groups import notifications
from essaim.groups.actions.groups import locked
from essaim.groups.models import Group, Steward
from essaim.groups.reading import possible_stewards
from essaim.people.models import User


@transaction.atomic
def add_steward(group: Group, user: User, *, by: User) -> Steward:
    """One more: a colleague, or who represents a member. Raises DomainError for anyone else."""
    group = locked(group)
    known = Steward.objects.filter(group=group, user=user).first()
    if known is not None:
        return known
    if not possible_stewards(group, by).filter(pk=user.pk).exists():
        raise DomainError(
            _("Choisissez un collègue, ou une personne qui représente un membre du groupe."),
            field="user",
        )
    if group.stewards.count() >= settings.GROUPS["stewards"]:
        raise DomainError(
            _("Un groupe a %(n)s animateurs au plus.") % {"n": settings.GROUPS["stewards"]},
            field="user",
        )
    with pghistory.context(user=by.pk, action="add_steward"):
        # Where nobody was left, the first to come speaks for the group.
        alone = not group.stewards.filter(is_spokesperson=True).exists()
        steward = Steward.objects.create(group=group, user=user, is_spokesperson=alone)
    notifications.steward_named(group, user, by=by)
    return steward


@transaction.atomic
def welcome(group: Group, user: User) -> None:
    """Who brought a need into the group helps to run it; a group that is full goes on as it is."""
    group = locked(group)
    if group.stewards.count() < settings.GROUPS["stewards"]:
        Steward.objects.get_or_create(group=group, user=user)


@transaction.atomic
def remove_steward(steward: Steward, *, by: Any) -> None:
    """By themselves or another steward. The last one does not go: DomainError."""
    group = locked(steward.group)
    found = group.stewards.filter(pk=steward.pk).first()
    if found is None:
        return
    if not group.stewards.exclude(pk=found.pk).filter(user__is_active=True).exists():
        raise DomainError(
            _(
                "Vous êtes le dernier à animer ce groupe : nommez quelqu’un d’autre d’abord,"
                " ou terminez le groupe."
            )
            if by.pk == found.user_id
            else _("C’est le dernier animateur du groupe : nommez-en un autre d’abord.")
        )
    with pghistory.context(user=by.pk, action="remove_steward"):
        _remove(found)


def _remove(steward: Steward) -> None:
    """Who spoke for the group hands it to the one who has been there longest."""
    steward.delete()
    if steward.is_spokesperson:
        heir = steward.group.stewards.filter(user__is_active=True).order_by("since", "pk").first()
        if heir is not None:
            heir.is_spokesperson = True
            heir.save(update_fields=["is_spokesperson"])
            notifications.steward_named(steward.group, heir.user, by=None)


@transaction.atomic
def name_spokesperson(steward: Steward, *, by: Any) -> None:
    """One alone; naming the same one again changes nothing."""
    group = locked(steward.group)
    found = group.stewards.select_related("user").filter(pk=steward.pk).first()
    if found is None:
        raise DomainError(_("Cette personne n’anime plus le groupe."))
    if found.is_spokesperson:
        return
    with pghistory.context(user=by.pk, action="name_spokesperson"):
        group.stewards.filter(is_spokesperson=True).update(is_spokesperson=False)
        found.is_spokesperson = True
        found.save(update_fields=["is_spokesperson"])
    notifications.steward_named(group, found.user, by=by)
