"""What every act on an evaluation does: take its lock, move it, write what happened."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from essaim.common.errors import DomainError
from essaim.evaluations.models import Evaluation, JournalEntry

Kind = JournalEntry.Kind


def locked(evaluation: Evaluation) -> Evaluation:
    """The evaluation as it stands now, held until the end of the transaction.

    Without joins: after a wait for the lock, PostgreSQL would give the new row beside the old
    rows it was joined to.
    """
    return Evaluation.objects.select_for_update().get(pk=evaluation.pk)


def move(evaluation: Evaluation, transition: str, **fields: Any) -> None:
    """Make the transition and save these fields with it.

    Raises DomainError when the evaluation moved on in the meantime.
    """
    for name, value in fields.items():
        setattr(evaluation, name, value)
    try:
        getattr(evaluation, transition)()
    except TransitionNotAllowed as error:
        raise moved_on(evaluation) from error
    evaluation.save(update_fields=["state", *fields])


def moved_on(evaluation: Evaluation) -> DomainError:
    return DomainError(
        _("L’évaluation est entre-temps à l’étape « %(state)s » : relisez sa page.")
        % {"state": evaluation.get_state_display()}
    )


def write(evaluation: Evaluation, kind: str, *, by: Any = None, **said: Any) -> JournalEntry:
    return JournalEntry.objects.create(evaluation=evaluation, kind=kind, by=by, **said)
