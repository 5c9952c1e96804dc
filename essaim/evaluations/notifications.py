"""One function per message: who is told what, at the moment it becomes true."""

from __future__ import annotations

from typing import Any

from essaim.evaluations.models import Evaluation, IndependentEvaluation
from essaim.following.actions import tell
from essaim.people.models import User

SUBJECT = "self_evaluation"
MEMBER_ADDED, DELETION_NEAR = "evaluation_member_added", "evaluation_deletion_near"
DATA_ERASED, ANALYSED = "evaluation_data_erased", "evaluation_analysed"
WITHDRAWN = "evaluation_withdrawn"


def _team(evaluation: Evaluation) -> list[User]:
    return list(User.objects.filter(evaluation_teams__evaluation=evaluation).order_by("pk"))


def _tell_team(evaluation: Evaluation, verb: str, **how: Any) -> None:
    for person in _team(evaluation):
        tell(person, verb, SUBJECT, str(evaluation.pk), **how)


def member_added(evaluation: Evaluation, user: User, *, by: Any) -> None:
    tell(user, MEMBER_ADDED, SUBJECT, str(evaluation.pk), by=by)


def deletion_near(evaluation: Evaluation) -> None:
    """The data go soon: it is time to analyse and conclude."""
    _tell_team(evaluation, DELETION_NEAR, waits=True)


def data_erased(evaluation: Evaluation) -> None:
    _tell_team(evaluation, DATA_ERASED)


def analysed(evaluation: Evaluation, *, asked_by: Any) -> None:
    """To the one who asked: a computation may last, and its page may be closed."""
    tell(asked_by, ANALYSED, SUBJECT, str(evaluation.pk))


def withdrawn(evaluation: Evaluation, *, by: Any) -> None:
    _tell_team(evaluation, WITHDRAWN, by=by)


INDEPENDENT = "independent_evaluation"
INDEPENDENT_DECIDED = "independent_decided"


def independent_decided(report: IndependentEvaluation, *, by: Any) -> None:
    """To the one who attached it: its level is confirmed, or it is not retained."""
    if report.attached_by is not None:
        tell(report.attached_by, INDEPENDENT_DECIDED, INDEPENDENT, str(report.pk), by=by)
