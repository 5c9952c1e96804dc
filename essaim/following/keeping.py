"""What following holds about a person, how long, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.following.actions.retention import forget_old, forget_person
from essaim.following.models import Digest, Follow, MailSettings, Notification
from essaim.people import personal_data, retention
from essaim.people.models import User
from essaim.people.signals import account_deleted


def register_keeping() -> None:
    personal_data.register(
        "following",
        followed_by,
        label=_("Suivis et messages"),
        labels={
            "follows": _("Mes suivis"),
            "notifications": _("Mes notifications"),
            "digests": _("Résumés qui m’ont été envoyés"),
        },
    )
    retention.register(
        retention.Rule(
            "notifications",
            _("Notifications et résumés envoyés"),
            _("Une nouvelle de l’an passé n’en est plus une."),
            forget_old,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="following.account_deleted")


def followed_by(user: User) -> dict[str, Any]:
    return {
        "follows": Follow.objects.filter(user=user).values("kind", "key", "since"),
        "notifications": Notification.objects.filter(user=user).values(
            "announcement__verb", "announcement__kind", "announcement__key",
            "created_at", "read_at", "mailed_at",
        ),
        "mail": MailSettings.objects.filter(user=user).values(
            "digest", "accepted_at", "waits_by_mail", "waits_accepted_at", "language"
        ),
        "digests": Digest.objects.filter(user=user).values("period", "sent_at", "lines"),
    }  # fmt: skip


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    forget_person(user)
