"""What evaluations hold about a person who uses the platform."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.evaluations.models import (
    Dataset,
    IndependentEvaluation,
    JournalEntry,
    Member,
    Survey,
)
from essaim.people import personal_data
from essaim.people.models import User


def register_keeping() -> None:
    personal_data.register(
        "evaluations",
        evaluations_of,
        label=_("Évaluations"),
        labels={
            "teams": _("Équipes d’évaluation dont je suis"),
            "deposits": _("Dépôts de données que j’ai faits"),
            "acts": _("Ce que j’y ai fait"),
            "reports": _("Évaluations indépendantes que j’ai jointes"),
            "decisions": _("Niveaux que j’ai décidés"),
            "surveys": _("Enquêtes auprès des usagers que j’ai préparées"),
        },
    )


def evaluations_of(user: User) -> dict[str, Any]:
    """Where one works and what one did; the data of others are not one's own."""
    return {
        "teams": Member.objects.filter(user=user).values("evaluation__title", "since"),
        "deposits": Dataset.objects.filter(by=user).values("evaluation__title", "rows", "at"),
        "acts": JournalEntry.objects.filter(by=user.pk).values(
            "evaluation__title", "kind", "at", "reason"
        ),
        "reports": IndependentEvaluation.objects.filter(attached_by=user).values(
            "title", "attached_at"
        ),
        "decisions": IndependentEvaluation.objects.filter(decided_by=user).values(
            "title", "level", "decided_at"
        ),
        "surveys": Survey.objects.filter(created_by=user).values("title", "created_at"),
    }
