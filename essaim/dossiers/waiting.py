"""What waits for a person in files (see ``common.waiting``); a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.waiting import Rows, Waiting

from .actions.reports import due_on
from .models import Application, DocumentRequest, Question, State, SubmittedVersion
from .unreported import ended, without_report


def waiting(user: Any) -> Iterator[Rows]:
    mine = Application.objects.written_by(user).exclude(state=State.WITHDRAWN)
    yield Rows(
        mine.filter(state__in=[State.DRAFT, State.AMENDING]).for_list().order_by("pk"), _to_submit
    )
    asked = Question.objects.filter(application__in=mine.values("pk"), answered_at=None)
    yield Rows(asked.select_related("application__initiative").order_by("pk"), _to_answer)
    required = DocumentRequest.objects.filter(
        application__in=mine.values("pk"), withdrawn_at=None, attachments=None
    )
    yield Rows(required.select_related("application__initiative").order_by("pk"), _to_give)
    # Projects that have ended by what their latest version says, and no report until then.
    yield Rows(ended(mine, timezone.localdate()), _to_report)


def _to_submit(rows: Iterable[Application]) -> Iterator[Waiting]:
    for found in rows:
        yield Waiting(
            title=_("Compléter et déposer le dossier de demande"), url=found.get_absolute_url(),
            about=found.initiative.title, since=found.created_at,
        )  # fmt: skip


def _to_answer(rows: Iterable[Question]) -> Iterator[Waiting]:
    for question in rows:
        yield Waiting(
            title=_("Répondre à une question d’un financeur"),
            url=reverse("dossiers:answer", args=[question.application_id, question.pk]),
            about=question.application.initiative.title, since=question.at,
        )  # fmt: skip


def _to_give(rows: Iterable[DocumentRequest]) -> Iterator[Waiting]:
    for request in rows:
        yield Waiting(
            title=_("Donner une pièce qu’un financeur demande"),
            url=reverse("dossiers:documents", args=[request.application_id]),
            about=request.application.initiative.title, since=request.at,
        )  # fmt: skip


def _to_report(versions: Iterable[SubmittedVersion]) -> Iterator[Waiting]:
    for version, day in without_report(versions):
        yield Waiting(
            title=_("Rendre compte de l’emploi de la subvention"),
            url=version.application.get_absolute_url(),
            about=version.application.initiative.title, due=due_on(day),
        )  # fmt: skip
