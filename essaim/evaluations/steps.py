"""Where an evaluation stands as people see it: what comes next, who acts, by when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Evaluation, State

STEPS = [
    (State.DRAFT, _("Le plan")),
    (State.PLANNED, _("La protection des personnes")),
    (State.COLLECTING, _("Les données et l’analyse")),
    (State.ANALYSED, _("La conclusion")),
]
NUMBER = {state: number for number, (state, _title) in enumerate(STEPS, start=1)}


@dataclass(frozen=True)
class NextAct:
    what: Any
    due_on: dt.date | None

    @property
    def late_days(self) -> int:
        return max(0, (timezone.localdate() - self.due_on).days) if self.due_on else 0


def next_act(evaluation: Evaluation) -> NextAct | None:
    """What is expected of the team now; None when nothing is."""
    due = {
        State.DRAFT: evaluation.pretest_on or evaluation.starts_on,
        State.PLANNED: evaluation.pretest_on or evaluation.posttest_on,
        State.COLLECTING: evaluation.report_on,
        State.ANALYSED: evaluation.report_on,
    }
    what = {
        State.DRAFT: _("écrire le plan, puis le figer avant le début du recueil"),
        State.PLANNED: _("dire ce qui protège les personnes, pour ouvrir le recueil"),
        State.COLLECTING: _("déposer les données, puis lancer l’analyse"),
        State.ANALYSED: _("lire les résultats, puis conclure"),
    }
    if evaluation.state not in what:
        return None
    return NextAct(what[evaluation.state], due[evaluation.state])


def status(evaluation: Evaluation) -> dict[str, Any]:
    """The status line, for every page about the evaluation."""
    number = NUMBER.get(evaluation.state)
    return {
        "evaluation": evaluation,
        "number": number,
        "last": len(STEPS),
        "step_title": STEPS[number - 1][1] if number else None,
        "following": STEPS[number][1] if number and number < len(STEPS) else None,
        "next": next_act(evaluation),
    }
