"""What a person wrote while diagnosing, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.people import personal_data
from essaim.people.models import User
from essaim.people.signals import account_deleted
from essaim.scaling.actions.diagnoses import forget_author
from essaim.scaling.models import Answer, ProfileSheet, SchemeUsed, Strategy


def register_keeping() -> None:
    personal_data.register(
        "scaling",
        written_by,
        label=_("Changement d’échelle"),
        labels={
            "answers": _("Réponses que j’ai données à des diagnostics"),
            "profiles": _("Réponses que j’ai données à des profils"),
            "strategies": _("Stratégies que j’ai écrites"),
            "schemes": _("Dispositifs que j’ai nommés sur des fiches"),
        },
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="scaling.account_deleted")


def written_by(user: User) -> dict[str, Any]:
    answers = Answer.objects.filter(diagnosis__author=user).order_by("pk")
    return {
        "schemes": SchemeUsed.objects.filter(by=user).values(
            "initiative__title", "scheme__title", "year"
        ),
        "answers": answers.values(
            "diagnosis__initiative__title", "question", "answer", "reason", "answered_at"
        ),
        "profiles": ProfileSheet.objects.filter(author=user).values(
            "initiative__title", "ratings", "updated_at"
        ),
        "strategies": Strategy.objects.filter(author=user)
        .order_by("pk")
        .values("initiative__title", "objectives", "model", "mode", "reasons", "created_at"),
    }


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    forget_author(user)
