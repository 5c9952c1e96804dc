"""What the following of calls holds about a person, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from essaim.people import personal_data, retention
from essaim.people.models import User
from essaim.people.signals import account_deleted

from .actions.exports import forget_of, forget_records
from .models import CallExport, ColumnTemplate, Credit, FollowUp, Lesson


def register_keeping() -> None:
    personal_data.register(
        "calls_after",
        held_about,
        label=_("Suites des appels"),
        labels={
            "credits": _("Si je suis nommé parmi des lauréats"),
            "reports": _("Bilans d’étape que j’ai écrits"),
            "lessons": _("Ce que j’ai raconté de ce qui n’a pas marché"),
            "exports": _("Fichiers de candidatures que j’ai pris"),
            "columns": _("Modèles de colonnes que j’ai gardés"),
        },
    )
    retention.register(
        retention.Rule(
            "call_exports",
            _("Qui a emporté les candidatures d’un appel"),
            _("Le temps de répondre de ce qui a été emporté ; les fichiers partent bien avant."),
            forget_records,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="calls.after.account_deleted")


def held_about(user: User) -> dict[str, Any]:
    return {
        "credits": Credit.objects.filter(application__person=user).values(
            "application__title", "is_named"
        ),
        "reports": FollowUp.objects.filter(by=user).values(
            "support__application__title", "on", "done", "learnt", "problems"
        ),
        "lessons": Lesson.objects.filter(by=user).values(
            "application__title", "tried", "failed", "advice", "is_public"
        ),
        "exports": CallExport.objects.filter(by=user).values(
            "call__title", "format", "asked_at", "taken"
        ),
        "columns": ColumnTemplate.objects.filter(by=user).values("name", "columns"),
    }


@transaction.atomic
def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    """Files made for them go; the name that they let show goes; what they told of a failure in
    their own name is no longer shown."""
    forget_of(user)
    Credit.objects.filter(application__person=user).delete()
    Lesson.objects.filter(application__person=user).delete()
