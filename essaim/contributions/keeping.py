"""What contributions hold about a person, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.contributions.actions.leaving import forget_person
from essaim.contributions.actions.retention import forget_closed_interests, forget_complaints
from essaim.contributions.models import (
    Answer,
    Interest,
    ModerationCase,
    Proposal,
    Question,
    Report,
)
from essaim.people import personal_data, retention
from essaim.people.models import User
from essaim.people.signals import account_deleted


def register_keeping() -> None:
    personal_data.register(
        "contributions",
        contributions_of,
        label=_("Contributions"),
        labels={
            "proposals": _("Propositions que j’ai faites"),
            "questions": _("Questions que j’ai posées"),
            "answers": _("Réponses que j’ai données"),
            "interests": _("Fiches qui m’intéressent"),
            "reports": _("Contenus que j’ai signalés"),
            "moderated": _("Décisions de modération sur ce que j’ai écrit"),
        },
    )
    retention.register(
        retention.Rule(
            "closed_interests",
            _("Intérêts retirés"),
            _("La personne n’est plus intéressée ; son message est effacé dès le retrait."),
            forget_closed_interests,
        )
    )
    retention.register(
        retention.Rule(
            "complaints",
            _("Qui a signalé quoi, et les mots des recours, une fois la décision prise"),
            _("Le temps de contester ; la décision et son motif restent."),
            forget_complaints,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="contributions.account_deleted")


def contributions_of(user: User) -> dict[str, Any]:
    proposals = Proposal.objects.filter(sent_by=user) | Proposal.objects.filter(author=user)
    return {
        "proposals": proposals.order_by("pk").values(
                "card__title", "section", "state", "content", "reason", "sent_at", "decided_at"
            ),
        "questions": Question.objects.filter(author=user).values(
                "card__title", "text", "is_private", "created_at"
            ),
        "answers": Answer.objects.filter(author=user).values(
                "question__card__title", "text", "created_at"
            ),
        "interests": Interest.objects.filter(user=user).values(
                "card__title", "message", "state", "created_at"
            ),
        "reports": Report.objects.filter(by=user).values("reason_code", "text", "at"),
        "moderated": ModerationCase.objects.filter(
                subject_author=user, state__in=ModerationCase.TOLD
            ).values(
                "card__title", "kind", "state", "reason_code", "reason", "appeal",
                "appeal_answer", "decided_at",
            ),
    }  # fmt: skip


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    forget_person(user)
