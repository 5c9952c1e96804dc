"""What waits for a person among groups (see ``common.waiting``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common import waiting
from essaim.common.waiting import Rows, Waiting, one_by_one
from essaim.groups.models import Group, Member
from essaim.people.rules import can_manage

SHOWN = 20


def _invitations(user: Any) -> Iterator[Rows]:
    rows = Member.objects.awaiting(user).select_related("group", "territory")
    yield one_by_one(
        rows.order_by("invited_at", "pk")[:SHOWN],
        lambda member: Waiting(
            title=_("Répondre à l’invitation de %(place)s dans un groupe")
            % {"place": member.territory.label},
            url=member.group.get_absolute_url(),
            about=member.group.name,
            since=member.invited_at,
        ),
    )


def _without_steward(user: Any) -> Iterator[Rows]:
    """For managers, in one line."""
    if not can_manage(user):
        return
    yield Rows(Group.objects.without_steward(), _alone)


def _alone(groups: QuerySet[Group]) -> Iterator[Waiting]:
    count = groups.count()
    yield Waiting(
        title=ngettext(
            "Trouver un animateur à %(n)s groupe de territoires",
            "Trouver un animateur à %(n)s groupes de territoires",
            count,
        )
        % {"n": count},
        url=f"{reverse('groups:list')}?alone=on",
    )


def register() -> None:
    waiting.register("groups.invitations", _invitations)
    waiting.register("groups.alone", _without_steward)
