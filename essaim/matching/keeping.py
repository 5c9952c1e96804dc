"""What matching holds about a person, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.matching.actions.dismissals import forget_person
from essaim.matching.actions.shown import forget_shown
from essaim.matching.models import Dismissal
from essaim.people import personal_data, retention
from essaim.people.models import User
from essaim.people.signals import account_deleted


def register_keeping() -> None:
    personal_data.register(
        "matching",
        said_by,
        label=_("Réponses aux besoins"),
        labels={"dismissals": _("Réponses que j’ai écartées, et pourquoi")},
    )
    retention.register(
        retention.Rule(
            "shown_answers",
            _("Réponses montrées pour un besoin, avec ce qui les a classées"),
            _("Le temps de demander pourquoi une réponse a été proposée."),
            forget_shown,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="matching.account_deleted")


def said_by(user: User) -> dict[str, Any]:
    return {
        "dismissals": Dismissal.objects.filter(by=user)
        .order_by("pk")
        .values("need", "kind", "object_id", "category", "text", "at")
    }


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    forget_person(user)
