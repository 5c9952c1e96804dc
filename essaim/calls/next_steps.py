"""Of one application, for those who run its call: what is to be done next, by whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from .models import RESULTS, Application, ApplicationState, State


class Todo(models.TextChoices):
    ELIGIBILITY = "recevabilite", _("recevabilité à décider")
    UNANSWERED = "sans_complement", _("complément non reçu : à décider")
    APPLICANT = "candidat", _("complément attendu du candidat")
    APPEAL = "recours", _("recours à examiner")


@dataclass(frozen=True)
class Step:
    what: Any
    who: Any = ""
    due: dt.datetime | None = None


SERVICE = _("le service")


def todo_of(application: Application) -> Step:
    """Reads ``was_ended`` and ``appeal_due`` where the list has annotated them."""
    state, call = ApplicationState(application.state), State(application.call.state)
    if (due := getattr(application, "appeal_due", None)) is not None:
        return Step(_("répondre au recours"), SERVICE, due)
    if state == ApplicationState.SUBMITTED:
        if call == State.OPEN:
            return Step(_("attendre la fermeture"))
        if getattr(application, "was_ended", False):
            return Step(_("décider : le complément n’est pas venu"), SERVICE)
        return Step(_("dire si elle est recevable"), SERVICE)
    told = {
        ApplicationState.TO_COMPLETE: Step(
            _("compléter"), _("le candidat"), application.complete_by
        ),
        ApplicationState.ELIGIBLE: Step(
            _("préparer la décision")
            if call == State.DECIDING or call in RESULTS
            else _("donner à lire"),
            SERVICE,
        ),
        ApplicationState.IN_READING: Step(_("préparer la décision"), SERVICE)
        if call == State.DECIDING
        else Step(_("lire"), _("les lecteurs")),
        ApplicationState.DRAFT: Step(_("déposer de nouveau"), _("le candidat")),
    }
    return told.get(state, Step(""))
