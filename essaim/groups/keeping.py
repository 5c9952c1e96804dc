"""What groups hold about a person, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.groups.actions import forget_person
from essaim.groups.models import Group, Member, Steward
from essaim.people import personal_data
from essaim.people.models import User
from essaim.people.signals import account_deleted


def register_keeping() -> None:
    personal_data.register(
        "groups",
        groups_of,
        label=_("Groupes de territoires"),
        labels={
            "stewardships": _("Groupes que j’anime"),
            "made": _("Groupes que j’ai créés"),
            "answers": _("Réponses que j’ai données pour un territoire"),
        },
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="groups.account_deleted")


def groups_of(user: User) -> dict[str, Any]:
    return {
        "stewardships": Steward.objects.filter(user=user).values(
            "group__name", "is_spokesperson", "since"
        ),
        "made": Group.objects.filter(created_by=user).values("name", "purpose", "created_at"),
        "answers": Member.objects.filter(answered_by=user).values(
            "group__name", "territory__name", "state", "answered_on"
        ),
    }


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    forget_person(user)
