"""What protects the people: said before the upload opens, and kept to."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.evaluations.models import DataStatement, Evaluation, State

from .journal import Kind, locked, move, moved_on, write

FIELDS = (
    "controller", "legal_basis", "legal_reference", "notice", "sensitive", "impact",
    "impact_note", "deletion_on",
)  # fmt: skip


@transaction.atomic
def state(evaluation: Evaluation, *, by: Any, **values: Any) -> DataStatement:
    """Say it, or say it better; the first time, the collection opens.

    The date of deletion may come nearer, and may not be put off: people were told of it.
    """
    evaluation = locked(evaluation)
    if evaluation.state not in {State.PLANNED, State.COLLECTING, State.ANALYSED}:
        raise moved_on(evaluation)
    day: dt.date = values["deletion_on"]
    today, farthest = timezone.localdate(), settings.EVALUATIONS["kept_days"]
    if not today < day <= today + dt.timedelta(days=farthest):
        raise DomainError(
            _("La date d’effacement est à venir, et à %(days)s jours au plus.")
            % {"days": farthest},
            field="deletion_on",
        )
    if values["sensitive"] and values["impact"] != DataStatement.Impact.DONE:
        raise DomainError(
            _("Avec un public vulnérable ou des données sensibles, l’analyse d’impact est à faire"
              " d’abord : votre délégué à la protection des données vous aide."),
            field="impact",
        )  # fmt: skip
    known = DataStatement.objects.filter(evaluation=evaluation).first()
    if known is not None and day > known.deletion_on:
        raise DomainError(
            _("Cette date a été annoncée aux personnes : elle peut avancer, pas reculer."),
            field="deletion_on",
        )
    statement, _created = DataStatement.objects.update_or_create(
        evaluation=evaluation, defaults={**values, "notice_on": None}
    )
    if evaluation.state == State.PLANNED:
        move(evaluation, "open_collection", opened_at=timezone.now())
    write(evaluation, Kind.STATED, by=by, details={"deletion_on": day.isoformat()})
    return statement
