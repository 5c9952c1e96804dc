"""What funding holds about a person, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.funding.actions.keeping import erase_texts, forget_person
from essaim.funding.models import (
    Comment,
    LedgerLine,
    Note,
    Opinion,
    Option,
    PilotMilestone,
    PilotReport,
    Visit,
)
from essaim.people import personal_data, retention
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
            "visits": _("Visites de pilotes que j’ai notées"),
            "milestones": _("Jalons de pilotes que j’ai prévus"),
            "lines": _("Écritures que j’ai passées"),
        },
    )
    retention.register(
        retention.Rule(
            "ended_pools",
            _("Textes, notes et documents des subventions d’essaimage terminées"),
            _(
                "Le temps de la prescription des créances publiques ; montants, actes, constats et"
                " leçons restent."
            ),
            erase_texts,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="funding.account_deleted")


def held_about(user: User) -> dict[str, Any]:
    return {
        "options": Option.objects.filter(pledged_by=user).values(
            "pool__initiative__title", "funder__name", "amount_cents", "conditions", "state"
        ),
        "opinions": Opinion.objects.filter(by=user).values(
            "pool__initiative__title", "organisation__name", "is_favourable", "reasons", "at"
        ),
        "reports": PilotReport.objects.filter(by=user).values(
            "pool__initiative__title", "on", "done", "learnt", "problems"
        ),
        "comments": Comment.objects.filter(by=user).values("text", "at"),
        "notes": Note.objects.filter(by=user).values("organisation__name", "text", "at"),
        "visits": Visit.objects.filter(by=user).values(
            "pool__initiative__title", "organisation__name", "on", "seen", "questions"
        ),
        "milestones": PilotMilestone.objects.filter(by=user).values(
            "pool__initiative__title", "title", "planned_on", "reached_on"
        ),
        "lines": LedgerLine.objects.filter(by=user).values("kind", "amount_cents", "on"),
    }


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    forget_person(user)
