"""What harvesting holds about a person, and how long reports are kept."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.harvest.actions.runs import forget_old
from essaim.harvest.models import Duplicate, Run, Source
from essaim.people import personal_data, retention
from essaim.people.models import User


def register_keeping() -> None:
    personal_data.register(
        "harvest",
        held_about,
        label=_("Moissonnage"),
        labels={
            "sources": _("Sources que je suis"),
            "runs": _("Passages que j’ai demandés"),
            "duplicates": _("Doublons que j’ai tranchés"),
        },
    )
    retention.register(
        retention.Rule(
            "harvest_runs",
            _("Comptes rendus de moissonnage"),
            _("Le temps de comprendre ce qu’une source a changé ; ce qu’elle a apporté reste."),
            forget_old,
        )
    )


def held_about(user: User) -> dict[str, Any]:
    return {
        "sources": Source.objects.filter(manager=user)
        .order_by("pk")
        .values("name", "url", "state"),
        "runs": Run.objects.filter(by=user)
        .order_by("pk")
        .values("source__name", "started_at", "state"),
        "duplicates": Duplicate.objects.filter(decided_by=user)
        .order_by("pk")
        .values("first__title", "second__title", "state", "decided_at"),
    }
