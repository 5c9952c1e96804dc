"""A group from its making to its end."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.text import clean, one_line
from essaim.groups import notifications
from essaim.groups.actions import members
from essaim.groups.models import NAME_LENGTH, PURPOSE_LENGTH, Group, Steward
from essaim.people.models import User
from essaim.territories import actions as places
from essaim.territories.actions.groups import free_code
from essaim.territories.models import Territory


@transaction.atomic
def make_group(
    *,
    by: User,
    name: str,
    territories: Sequence[Territory] = (),
    purpose: str = "",
    visibility: str = Group.Visibility.PUBLIC,
    submission: uuid.UUID | None = None,
    beside: Iterable[User] = (),
) -> Group:
    """A group whose first steward and spokesperson is ``by``; ``beside``: other stewards.

    Each territory is invited; one that a steward answers for is a member at once. The same form
    sent twice makes one group. Raises DomainError for what cannot be, and past the limits of a day.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    known = made_by_form(Group.objects, submission, created_by=by)
    if known is not None:
        return known
    since = timezone.now() - dt.timedelta(days=1)
    made = Group.objects.filter(created_by=by, created_at__gte=since).count()
    if made >= settings.GROUPS["groups_per_day"]:
        raise DomainError(_("Vous avez créé beaucoup de groupes aujourd’hui : revenez demain."))
    name, purpose = _checked(name, purpose)
    with pghistory.context(user=by.pk, action="make_group"):
        code = free_code(name, Group.objects.values_list("code", flat=True))
        public = visibility == Group.Visibility.PUBLIC
        group = Group.objects.create(
            code=code,
            name=name,
            purpose=purpose,
            visibility=visibility,
            territory=places.make_group(code, name, []) if public else None,
            created_by=by,
            submission=submission or uuid.uuid4(),
        )
        Steward.objects.create(group=group, user=by, is_spokesperson=True)
        for person in {each.pk: each for each in beside if each.pk != by.pk}.values():
            Steward.objects.create(group=group, user=person)
            notifications.steward_named(group, person, by=by)
        if territories:
            members.add(group, territories, by=by)
    return group


@transaction.atomic
def change_group(group: Group, *, by: Any, name: str, purpose: str, visibility: str) -> Group:
    """Its words, and who reads it. What everyone has read is not hidden again: DomainError."""
    group = locked(group)
    name, purpose = _checked(name, purpose)
    if group.visibility == Group.Visibility.PUBLIC and visibility != group.visibility:
        raise DomainError(
            _("Un groupe public est un lieu que d’autres citent : il ne redevient pas réservé."),
            field="visibility",
        )
    with pghistory.context(user=by.pk, action="change_group"):
        if visibility == Group.Visibility.PUBLIC and group.territory is None:
            accepted = [each.territory for each in group.members.accepted().for_list()]
            group.territory = places.make_group(group.code, name, accepted)
        elif group.territory is not None and name != group.name:
            places.rename_group(group.territory, name)
        group.name, group.purpose, group.visibility = name, purpose, visibility
        group.save(update_fields=["name", "purpose", "visibility", "territory"])
    return group


@transaction.atomic
def end_group(group: Group, *, by: Any) -> Group:
    """Its page and its history stay; it is no longer offered. Ending it twice does nothing more."""
    group = locked(group, active=False)
    if not group.is_active:
        return group
    with pghistory.context(user=by.pk, action="end_group"):
        for each in group.members.filter(state="invited"):
            each.cancel()
            each.save(update_fields=["state"])
        group.end()
        group.save(update_fields=["state", "ended_on"])
        if group.territory is not None:
            places.end_group(group.territory)
    notifications.ended(group, by=by)
    return group


def locked(group: Group, *, active: bool = True) -> Group:
    """The group as it is now, nobody else changing it. Raises DomainError once it has ended."""
    found = Group.objects.select_for_update(of=("self",)).for_detail().get(pk=group.pk)
    if active and not found.is_active:
        raise DomainError(_("Ce groupe est terminé depuis : rien n’y change plus."))
    return found


def _checked(name: str, purpose: str) -> tuple[str, str]:
    name, purpose = one_line(name), clean(purpose)
    if not name:
        raise DomainError(_("Donnez un nom au groupe."), field="name")
    if len(name) > NAME_LENGTH:
        raise DomainError(_("Le nom dépasse %(n)s caractères.") % {"n": NAME_LENGTH}, field="name")
    if len(purpose) > PURPOSE_LENGTH:
        raise DomainError(
            _("Le texte dépasse %(n)s caractères.") % {"n": PURPOSE_LENGTH}, field="purpose"
        )
    return name, purpose
