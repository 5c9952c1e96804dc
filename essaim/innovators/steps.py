"""The path as people see it: where a file stands, who acts next, by when, what if late.

No database here: everything is read from the file and its opinions as fetched.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import InnovationFile, State

OFFICER, INNOVATOR, AUTHORITY, MANAGER = "officer", "innovator", "authority", "manager"

WHO = {
    OFFICER: _("le chargé de dossier"),
    INNOVATOR: _("l’innovateur"),
    AUTHORITY: _("la hiérarchie, au niveau chef d’état-major ou chef de service"),
    MANAGER: _("les chargés de dossier : l’un d’eux prend le dossier en charge"),
}


@dataclass(frozen=True)
class Step:
    """One step of the path: what its end looks like, and the act that leads out of it."""

    state: str
    title: Any  # shown in the stepper
    act: Any  # what is to be done while the file stands here
    who: str
    delay: str  # key of settings.INNOVATOR_PATH; empty where the file gives the date itself
    if_late: Any


OFFICER_LATE = _("un rappel est envoyé au chargé de dossier ; les animateurs voient le retard.")

STEPS = [
    Step(
        State.ENTERED, _("Idée déposée"), _("tenir l’entretien"), OFFICER, "interview_days",
        OFFICER_LATE,
    ),
    Step(
        State.INTERVIEWED, _("Entretien tenu"), _("ouvrir le dossier, ou dire pourquoi non"),
        OFFICER, "opening_days",
        OFFICER_LATE,
    ),
    Step(
        State.OPENED, _("Dossier ouvert"), _("informer la hiérarchie et demander son avis"),
        OFFICER, "informing_days",
        OFFICER_LATE,
    ),
    Step(
        State.HIERARCHY_INFORMED, _("Avis de la hiérarchie"), _("donner l’avis de non-objection"),
        AUTHORITY, "opinion_days",
        _("deux relances au plus, puis le silence est affiché. Il ne vaut pas accord :"
          " le chargé de dossier prend contact, ou s’adresse à un autre responsable."),
    ),
    Step(
        State.SUPPORTED, _("Soutien décidé"), _("confier le budget par l’acheteur"), OFFICER,
        "budget_days",
        OFFICER_LATE,
    ),
    Step(
        State.FUNDED, _("Budget confié"), _("commencer le prototype"), OFFICER, "start_days",
        OFFICER_LATE,
    ),
    Step(
        State.PROTOTYPING, _("Prototype en cours"), _("atteindre les jalons et conclure"),
        INNOVATOR, "",
        _("un rappel est envoyé à l’innovateur et au chargé de dossier, qui concluent ensemble."
          " Ne pas aboutir est permis."),
    ),
]  # fmt: skip
BY_STATE = {step.state: step for step in STEPS}
NUMBER = {step.state: number for number, step in enumerate(STEPS, start=1)}
LAST = len(STEPS) + 1  # the end itself
LAST_TITLE = _("Aboutissement")


@dataclass(frozen=True)
class NextAct:
    what: Any
    actor: str
    who: Any
    due_on: dt.date | None
    late_days: int
    if_late: Any


def next_act(file: InnovationFile) -> NextAct | None:
    """What is expected now, from whom; None when the file has ended."""
    step = BY_STATE.get(file.state)
    if step is None:
        return None
    what, actor, if_late = step.act, step.who, step.if_late
    if file.state == State.HIERARCHY_INFORMED and file.non_objection_on:
        what = _("décider du soutien : l’avis de non-objection est reçu")
        actor, if_late = OFFICER, OFFICER_LATE
    if actor == OFFICER and file.case_officer_id is None:
        actor = MANAGER
        what = _("prendre le dossier en charge") if file.state == State.ENTERED else what
    late = (timezone.localdate() - file.due_on).days if file.due_on else 0
    return NextAct(what, actor, WHO[actor], file.due_on, max(0, late), if_late)


def due_after(key: str, *, start: dt.date | None = None) -> dt.date:
    """The date ``settings.INNOVATOR_PATH[key]`` days after ``start`` (today unless said)."""
    limits: dict[str, Any] = settings.INNOVATOR_PATH
    return (start or timezone.localdate()) + dt.timedelta(days=limits[key])


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return dt.date(year, month + 1, number)
        except ValueError:
            continue
    return dt.date(year, month + 1, min(day.day, 28))


def prototype_bounds(start: dt.date) -> tuple[dt.date, dt.date]:
    """Earliest and latest planned end of a prototype that starts on that day."""
    limits: dict[str, Any] = settings.INNOVATOR_PATH
    shortest, longest = limits["prototype_months"]
    return add_months(start, shortest), add_months(start, longest)


def report_due_on(file: InnovationFile) -> dt.date:
    """By when the innovator is to have reported to the hierarchy."""
    return due_after("report_days", start=timezone.localtime(file.created_at).date())
