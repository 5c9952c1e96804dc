"""What waits for a person in files (see ``common.waiting``); a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.common.waiting import Waiting

from .actions.reports import due_on
from .models import Application, DocumentRequest, Question, State
from .reading import unreported


def waiting(user: Any) -> Iterator[Waiting]:
    mine = Application.objects.written_by(user).exclude(state=State.WITHDRAWN)
    for found in mine.filter(state__in=[State.DRAFT, State.AMENDING]).for_list().order_by("pk"):
        yield Waiting(
            title=_("Compléter et déposer le dossier de demande"), url=found.get_absolute_url(),
            about=found.initiative.title, since=found.created_at,
        )  # fmt: skip
    asked = Question.objects.filter(application__in=mine.values("pk"), answered_at=None)
    for question in asked.select_related("application__initiative").order_by("pk"):
        yield Waiting(
            title=_("Répondre à une question d’un financeur"),
            url=reverse("dossiers:answer", args=[question.application_id, question.pk]),
            about=question.application.initiative.title, since=question.at,
        )  # fmt: skip
    required = DocumentRequest.objects.filter(
        application__in=mine.values("pk"), withdrawn_at=None, attachments=None
    )
    for request in required.select_related("application__initiative").order_by("pk"):
        yield Waiting(
            title=_("Donner une pièce qu’un financeur demande"),
            url=reverse("dossiers:documents", args=[request.application_id]),
            about=request.application.initiative.title, since=request.at,
        )  # fmt: skip
    yield from _to_report(mine)


def _to_report(mine: Any) -> Iterator[Waiting]:
    """Projects that have ended by what their latest version says, and no report until then."""
    for version, day in unreported(mine):
        yield Waiting(
            title=_("Rendre compte de l’emploi de la subvention"),
            url=version.application.get_absolute_url(),
            about=version.application.initiative.title, due=due_on(day),
        )  # fmt: skip
