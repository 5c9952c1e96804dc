"""Concluding an evaluation, correcting it, withdrawing it: the card is told each time."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.evaluations import notifications
from essaim.evaluations.level import Established, established
from essaim.evaluations.models import Evaluation, JournalEntry, State
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Fact, Initiative

from .analyses import current
from .journal import Kind, locked, move, moved_on, write


def amended_fields(evaluation: Evaluation) -> set[str]:
    return set(
        JournalEntry.objects.filter(evaluation=evaluation, kind=Kind.AMENDED).values_list(
            "field", flat=True
        )
    )


def proposed(evaluation: Evaluation) -> Established | None:
    """The level that concluding now would establish; None before an analysis."""
    analysis = current(evaluation)
    if analysis is None or analysis.results is None:
        return None
    return established(evaluation, analysis.results, amended_fields(evaluation))


@transaction.atomic
def conclude(
    evaluation: Evaluation,
    *,
    by: Any,
    learnt: str,
    limits: str,
    next_steps: str = "",
    beneficiaries: int | None = None,
) -> Evaluation:
    """The team says what it learnt; the result and its level appear on the card. A second press
    does nothing."""
    evaluation = locked(evaluation)
    if evaluation.state == State.CONCLUDED:
        return evaluation
    if evaluation.state != State.ANALYSED:
        raise moved_on(evaluation)
    found = proposed(evaluation)
    if found is None:
        raise DomainError(_("Lancez d’abord l’analyse : on conclut sur un résultat."))
    for field, value in {"learnt": learnt, "limits": limits}.items():
        if not value.strip():
            raise DomainError(_("Dites-le en quelques mots."), field=field)
    now = timezone.now()
    move(
        evaluation,
        "conclude",
        learnt=learnt.strip(),
        limits=limits.strip(),
        next_steps=next_steps.strip(),
        beneficiaries=beneficiaries,
        level=found.level,
        level_reason=found.reasons,
        concluded_at=now,
        published_at=evaluation.published_at or now,
        public_note="",
    )
    write(evaluation, Kind.CONCLUDED, by=by, details={"level": found.level})
    _tell_card(evaluation, by=by)
    return evaluation


def source(evaluation: Evaluation) -> str:
    return f"evaluation:{evaluation.pk}"


def _tell_card(evaluation: Evaluation, *, by: Any) -> None:
    """The fact from which the card's phase and proof are derived; withdrawn unless concluded."""
    card = Initiative.objects.get(pk=evaluation.initiative_id)
    value = None
    if evaluation.state == State.CONCLUDED:
        value = {
            "kind": "self",
            "level": evaluation.level,
            "title": evaluation.title,
            "url": evaluation.get_absolute_url(),
        }
    day = timezone.localtime(evaluation.concluded_at).date() if evaluation.concluded_at else None
    record_fact(
        card,
        Fact.Kind.EVALUATION_CONCLUDED,
        source(evaluation),
        value,
        day.isoformat() if day else "",
        by=by,
    )


@transaction.atomic
def reopen(evaluation: Evaluation, *, by: Any, reason: str) -> Evaluation:
    """To correct a concluded evaluation: its page says so and why; the card loses the fact until
    it is concluded anew."""
    evaluation = locked(evaluation)
    if not reason.strip():
        raise DomainError(
            _("Dites ce qui est à corriger : les lecteurs le verront."), field="reason"
        )
    move(evaluation, "reopen", public_note=reason.strip(), level=None, level_reason=[])
    write(evaluation, Kind.REOPENED, by=by, reason=reason.strip())
    _tell_card(evaluation, by=by)
    return evaluation


@transaction.atomic
def withdraw(evaluation: Evaluation, *, by: Any, reason: str) -> Evaluation:
    """Its page stays, and says that it is withdrawn and why; no figure of it is shown any more.
    Its data go."""
    from .data import erase

    evaluation = locked(evaluation)
    if evaluation.state == State.WITHDRAWN:
        return evaluation
    if evaluation.published_at is None:
        raise DomainError(_("Elle n’a pas été publiée : arrêtez-la, simplement."))
    if not reason.strip():
        raise DomainError(
            _("Dites pourquoi elle est retirée : les lecteurs le verront."), field="reason"
        )
    erase(evaluation, by=by)
    move(evaluation, "withdraw", public_note=reason.strip(), level=None, level_reason=[])
    write(evaluation, Kind.WITHDRAWN, by=by, reason=reason.strip())
    _tell_card(evaluation, by=by)
    notifications.withdrawn(evaluation, by=by)
    return evaluation
