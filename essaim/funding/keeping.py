"""What funding holds about a person, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.funding.actions.keeping import forget_person
from essaim.funding.models import Comment, LedgerLine, Note, Opinion, Option, PilotReport
from essaim.people import personal_data
from essaim.people.models import User
from essaim.people.signals import account_deleted


def register_keeping() -> None:
    personal_data.register(
        "funding",
        held_about,
        label=_("Subventions d’essaimage"),
        labels={
            "options": _("Options que j’ai prises au nom d’une organisation"),
            "opinions": _("Avis que j’ai donnés au nom d’une organisation"),
            "reports": _("Rapports de pilote que j’ai écrits"),
            "comments": _("Commentaires que j’ai écrits"),
            "notes": _("Notes internes que j’ai écrites"),
            "lines": _("Écritures que j’ai passées"),
        },
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="funding.account_deleted")


def held_about(user: User) -> dict[str, Any]:
    return {
        "options": list(
            Option.objects.filter(pledged_by=user).values(
                "pool__initiative__title", "funder__name", "amount_cents", "conditions", "state"
            )
        ),
        "opinions": list(
            Opinion.objects.filter(by=user).values(
                "pool__initiative__title", "organisation__name", "is_favourable", "reasons", "at"
            )
        ),
        "reports": list(
            PilotReport.objects.filter(by=user).values(
                "pool__initiative__title", "on", "done", "learnt", "problems"
            )
        ),
        "comments": list(Comment.objects.filter(by=user).values("text", "at")),
        "notes": list(Note.objects.filter(by=user).values("organisation__name", "text", "at")),
        "lines": list(LedgerLine.objects.filter(by=user).values("kind", "amount_cents", "on")),
    }


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    forget_person(user)
