"""What deciding holds about persons: theirs to take away, and what goes with their account."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.people import personal_data, retention
from essaim.people.models import User
from essaim.people.signals import account_deleted

from .models import (
    Appeal,
    Attendance,
    Completion,
    Decision,
    DecisionChange,
    EligibilityDecision,
    Meeting,
    Recusal,
)


def register() -> None:
    personal_data.register(
        "calls_deciding",
        held_about,
        label=_("Appels : instruction et décisions"),
        labels={
            "appeals": _("Recours que j’ai faits"),
            "answers": _("Réponses que j’ai faites à des recours"),
            "recusals": _("Mes déports"),
            "completions": _("Compléments que j’ai demandés"),
            "eligibility": _("Recevabilités que j’ai décidées"),
            "decisions": _("Décisions que j’ai préparées"),
        },
    )
    retention.register(
        retention.Rule(
            "ended_deliberations",
            _("Présences, votes, motifs de déport et textes des recours des appels décidés"),
            _(
                "Le temps des recours et de la prescription ; décisions et motifs restent avec la"
                " candidature."
            ),
            forget_ended,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="calls.deciding.account_deleted")


def held_about(user: User) -> dict[str, Any]:
    return {
        "appeals": Appeal.objects.filter(by=user).values(
            "application__title", "text", "at", "answer"
        ),
        "answers": Appeal.objects.filter(answered_by=user).values(
            "application__title", "answer", "state"
        ),
        "recusals": Recusal.objects.filter(person=user).values(
            "application__title", "reason", "at"
        ),
        "completions": Completion.objects.filter(by=user).values(
            "application__title", "asked", "at"
        ),
        "eligibility": EligibilityDecision.objects.filter(by=user).values(
            "application__title", "is_eligible", "reasons", "at"
        ),
        "decisions": Decision.objects.filter(prepared_by=user).values(
            "application__title", "outcome", "reasons", "prepared_at"
        ),
    }


@transaction.atomic
def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    """What was decided stays without its author's account; why they kept out goes."""
    Recusal.objects.filter(person=user).update(reason="", person=None)
    for model, column in (
        (Recusal, "declared_by"), (Completion, "by"), (EligibilityDecision, "by"),
        (Decision, "prepared_by"), (Decision, "checked_by"), (DecisionChange, "by"),
        (Appeal, "by"), (Appeal, "answered_by"), (Meeting, "by"),
    ):  # fmt: skip
        model.objects.filter(**{column: user}).update(**{column: None})


@transaction.atomic
def forget_ended(days: int) -> int:
    limit = timezone.now() - dt.timedelta(days=days)
    ended = {"call__results_at__lt": limit}
    gone = Attendance.objects.filter(meeting__call__results_at__lt=limit).delete()[0]
    gone += Recusal.objects.filter(**ended).exclude(reason="").update(reason="")
    gone += (
        Appeal.objects.filter(application__call__results_at__lt=limit)
        .exclude(state=Appeal.State.WAITING, answer_by__gt=timezone.now())
        .exclude(text="")
        .update(text="")
    )
    return gone
