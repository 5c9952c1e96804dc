"""What following holds about a person; all of it goes when they leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.following.actions.settings import forget_person
from essaim.following.models import Follow, MailSettings, Notification
from essaim.people import personal_data
from essaim.people.models import User
from essaim.people.signals import account_deleted


def register_keeping() -> None:
    personal_data.register(
        "following",
        following_of,
        label=_("Suivi"),
        labels={"follows": _("Ce que je suis"), "notifications": _("Notifications reçues")},
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="following.account_deleted")


def following_of(user: User) -> dict[str, Any]:
    return {
        "follows": list(Follow.objects.filter(user=user).values("kind", "key", "since")),
        "notifications": list(
            Notification.objects.filter(user=user).values(
                "announcement__verb", "announcement__kind", "announcement__key",
                "created_at", "read_at", "mailed_at",
            )
        ),
        "mail": list(
            MailSettings.objects.filter(user=user).values(
                "digest", "accepted_at", "waits_by_mail", "language"
            )
        ),
    }  # fmt: skip


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    forget_person(user)
