"""What introductions hold about a person, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.introductions.actions.keeping import forget_ended, forget_person, join_organisations
from essaim.introductions.models import Introduction, Message, Note, PersonChoice
from essaim.people import personal_data, retention
from essaim.people.models import User
from essaim.people.signals import account_deleted, organisations_merged


def register_keeping() -> None:
    personal_data.register(
        "introductions",
        introductions_of,
        label=_("Mises en relation"),
        labels={
            "introductions": _("Mises en relation que j’ai demandées ou suivies"),
            "messages": _("Messages que j’y ai écrits"),
            "notes": _("Notes privées que j’y ai écrites"),
            "refuses_proposals": _("Je ne veux pas de propositions, depuis le"),
        },
    )
    retention.register(
        retention.Rule(
            "ended_introductions",
            _("Messages, notes et motifs des mises en relation, une fois closes"),
            _("Le temps d’en reparler ; dates, états et issues restent."),
            forget_ended,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="introductions.account_deleted")
    organisations_merged.connect(on_organisations_merged, dispatch_uid="introductions.merged")


def introductions_of(user: User) -> dict[str, Any]:
    mine = Introduction.objects.filter(Q(asked_by=user) | Q(adopter=user) | Q(answered_by=user))
    return {
        "introductions": [
            {
                "card": row["card__title"],
                "state": row["state"],
                "created_at": row["created_at"],
                # Only the words that are theirs.
                "reason": row["reason"] if row["asked_by"] == user.pk else "",
                "decline_reason": row["decline_reason"] if row["answered_by"] == user.pk else "",
            }
            for row in mine.values(
                "card__title", "state", "created_at", "reason", "decline_reason", "asked_by",
                "answered_by",
            )
        ],
        "messages": Message.objects.filter(author=user).values(
                "introduction__card__title", "text", "created_at"
            ),
        "notes": Note.objects.filter(author=user).values(
                "introduction__card__title", "text", "created_at"
            ),
        "refuses_proposals": PersonChoice.objects.filter(user=user).values("at"),
    }  # fmt: skip


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    forget_person(user)


def on_organisations_merged(
    sender: Any, kept: Any, other: Any, by: Any = None, **kwargs: Any
) -> None:
    join_organisations(kept, other, by=by)
