"""Questions of funders on a block, and the holder's answers."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.dossiers import notifications, rules
from essaim.dossiers.blocks import block_of
from essaim.dossiers.models import Application, Question, State
from essaim.people.models import Organisation

from .common import lock, require_writer


@transaction.atomic
def ask(
    application: Application,
    *,
    by: Any,
    organisation: Organisation,
    submission: uuid.UUID,
    block: str,
    text: str,
) -> Question:
    """In the name of an organisation that reads the file; all readers see it."""
    application = lock(application)
    known = made_by_form(Question.objects, submission, application=application, by=by)
    if known is not None:
        return known
    if not rules.asking_organisations(by, application).filter(pk=organisation.pk).exists():
        raise DomainError(
            _("Cette organisation ne lit pas ce dossier, ou vous n’agissez pas pour elle.")
        )
    if application.state == State.WITHDRAWN:
        raise DomainError(_("Ce dossier est retiré."))
    if block_of(application.form, block) is None:
        raise DomainError(_("Choisissez la partie du dossier."), field="block")
    if not text.strip():
        raise DomainError(_("Écrivez votre question."), field="text")
    made = Question.objects.create(
        submission=submission, application=application, block=block, organisation=organisation,
        number=application.last_number, text=text.strip(), by=by,
    )  # fmt: skip
    notifications.asked(application, by=by)
    return made


@transaction.atomic
def answer(question: Question, *, by: Any, text: str) -> Question:
    """Once: an answer that all have read is not rewritten; a new version corrects the file."""
    application = lock(question.application)
    require_writer(by, application)
    question = Question.objects.select_for_update().get(pk=question.pk)
    if not text.strip():
        raise DomainError(_("Écrivez la réponse."), field="text")
    if question.answered_at is not None:
        if question.answer == text.strip():
            return question
        raise DomainError(_("Cette question a déjà sa réponse, que les financeurs ont lue."))
    question.answer, question.answered_by = text.strip(), by
    question.answered_at = timezone.now()
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    notifications.answered(application, by=by)
    return question
