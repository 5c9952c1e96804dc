"""What running calls holds about a person: which ones, and whose applications they opened."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.people import personal_data
from essaim.people.models import User

from .models import Access, Call, CallDocument, Officer


def held_about(user: User) -> dict[str, Any]:
    return {
        "prepared": Call.objects.filter(created_by=user).values("title", "created_at"),
        "run": Officer.objects.filter(user=user).values("call__title", "at"),
        "documents": CallDocument.objects.filter(by=user).values("title", "at"),
        "opened": Access.objects.filter(user_id=user.pk).values(
            "call__title", "application__title", "what", "at"
        ),
    }


def register() -> None:
    personal_data.register(
        "calls_setting",
        held_about,
        label=_("Appels"),
        labels={
            "prepared": _("Appels que j’ai préparés"),
            "run": _("Appels que je conduis"),
            "documents": _("Documents d’appels que j’ai ajoutés"),
            "opened": _("Candidatures que j’ai consultées"),
        },
    )
