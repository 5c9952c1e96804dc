"""What waits for a person about evaluations (see ``common.waiting``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst

from essaim.common import waiting
from essaim.common.waiting import Waiting
from essaim.evaluations.models import Evaluation
from essaim.evaluations.steps import next_act


def _evaluations(user: Any) -> Iterator[Waiting]:
    """The next act of each evaluation one works on; data that go soon are told as a delay."""
    found = Evaluation.objects.of_team(user).alive().select_related("statement")
    for evaluation in found.order_by("pk"):
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


def still_before_deletion(keys: Any, user: Any) -> set[str]:
    """Of these evaluations, those whose data are still to be read before they go."""
    numbers = [int(key) for key in keys if key.isdecimal() and len(key) < 18]
    found = Evaluation.objects.of_team(user).alive().filter(
        Q(statement__deletion_on__gt=timezone.localdate()), pk__in=numbers
    )
    return {str(pk) for pk in found.values_list("pk", flat=True)}


def register() -> None:
    waiting.register("evaluations.evaluations", _evaluations)
