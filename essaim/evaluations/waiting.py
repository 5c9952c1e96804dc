"""What waits for a person about evaluations (see ``common.waiting``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from essaim.common import waiting
from essaim.common.keys import numbers_in
from essaim.common.waiting import Rows, Waiting, one_by_one
from essaim.evaluations.models import Evaluation, IndependentEvaluation, Survey, SurveyState
from essaim.evaluations.steps import next_act
from essaim.initiatives.judges import links_with
from essaim.initiatives.models import Initiative
from essaim.people.rules import can_manage

MOST = 50


def _evaluations(user: Any) -> Iterator[Rows]:
    """The next act of each evaluation one works on; data that go soon are told as a delay."""
    found = Evaluation.objects.of_team(user).alive().select_related("statement")
    yield Rows(found.order_by("pk"), _next_acts)


def _next_acts(evaluations: Iterable[Evaluation]) -> Iterator[Waiting]:
    for evaluation in evaluations:
        act = next_act(evaluation)
        if act is None:
            continue
        statement = getattr(evaluation, "statement", None)
        due = act.due_on
        if statement is not None and not statement.is_over:
            due = min(day for day in (due, statement.deletion_on) if day is not None)
        yield Waiting(
            title=capfirst(str(act.what)),
            url=evaluation.get_absolute_url(),
            about=evaluation.title,
            due=due,
            since=evaluation.created_at,
        )


def _reports(user: Any) -> Iterator[Rows]:
    """Independent reports whose level waits for a manager, or for a peer who knows the subject;
    never those one may not judge."""
    if can_manage(user):
        found = (
            IndependentEvaluation.objects.to_confirm()
            .exclude(attached_by=user)
            .exclude(initiative__author=user)
            .exclude(initiative__in=Initiative.objects.written_by(user).values("pk"))
        )
    else:
        found = IndependentEvaluation.objects.open_to_peer(user)
    most = 2 * MOST if can_manage(user) else MOST
    rows = found.select_related("initiative").order_by("attached_at")[:most]
    yield Rows(rows, lambda reports: _to_confirm(reports, user))


def _to_confirm(reports: Iterable[IndependentEvaluation], user: Any) -> Iterator[Waiting]:
    rows = list(reports)
    linked = links_with(user, [each.initiative for each in rows]) if can_manage(user) else ()
    for report in [each for each in rows if each.initiative_id not in linked][:MOST]:
        yield Waiting(
            title=_("Confirmer le niveau d’une évaluation indépendante"),
            url=report.get_absolute_url(),
            about=report.initiative.title,
            due=None,
            since=report.attached_at,
        )


def _surveys(user: Any) -> Iterator[Rows]:
    """Surveys whose answers are in: what people said is to be told."""
    found = Survey.objects.filter(
        initiative__in=Initiative.objects.written_by(user).values("pk"), state=SurveyState.CLOSED
    )
    yield one_by_one(
        found.order_by("closes_on")[:MOST],
        lambda survey: Waiting(
            title=_("Conclure une enquête auprès des usagers"),
            url=survey.get_absolute_url(),
            about=survey.title,
            due=None,
            since=survey.opened_at,
        ),
    )


def still_before_deletion(keys: Any, user: Any) -> set[str]:
    """Of these evaluations, those whose data are still to be read before they go."""
    numbers = numbers_in(keys)
    found = (
        Evaluation.objects.of_team(user)
        .alive()
        .filter(Q(statement__deletion_on__gt=timezone.localdate()), pk__in=numbers)
    )
    return {str(pk) for pk in found.values_list("pk", flat=True)}


def register() -> None:
    waiting.register("evaluations.evaluations", _evaluations)
    waiting.register("evaluations.reports", _reports)
    waiting.register("evaluations.surveys", _surveys)
