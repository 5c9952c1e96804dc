"""Questions on a call: asked while it is public, answered for all or for who asked."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.calls import notifications_applying as notifications
from essaim.calls import rules
from essaim.calls.models import Call, CallQuestion, State
from essaim.calls.reading import limit
from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.personal_data import find_personal_data
from essaim.people.models import User


@transaction.atomic
def ask(call: Call, *, by: Any, submission: uuid.UUID, text: str, private: bool) -> CallQuestion:
    """The same form twice is one question."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    known = made_by_form(CallQuestion.objects, submission, call=call, by=by)
    if known is not None:
        return known
    call = Call.objects.get(pk=call.pk)
    if call.state not in (State.ANNOUNCED, State.OPEN, State.CLOSED) or call.is_template:
        raise DomainError(_("On ne pose plus de question sur cet appel."))
    since = timezone.now() - dt.timedelta(days=1)
    if CallQuestion.objects.filter(call=call, by=by, at__gt=since).count() >= limit(
        "questions_a_day"
    ):
        raise DomainError(
            _("%(n)s questions par jour au plus : reprenez demain.")
            % {"n": limit("questions_a_day")}
        )
    if not private:
        _refuse_contacts(text, "text")
    made = CallQuestion.objects.create(
        submission=submission, call=call, by=by, text=text.strip(), is_private=private
    )
    notifications.question_asked(made, by=by)
    return made


@transaction.atomic
def answer(question: CallQuestion, *, by: Any, text: str, private: bool) -> CallQuestion:
    """For all, unless it is to stay between the asker and the service. Answered once: who comes
    second reads the first answer."""
    question = (
        CallQuestion.objects.select_for_update(of=("self",))
        .select_related("call")
        .get(pk=question.pk)
    )
    if not rules.can_run(by, question.call) or not rules.can_read_question(by, question):
        raise DomainError(_("Seuls les responsables de l’appel répondent."))
    if question.answered_at is not None:
        raise DomainError(_("Quelqu’un a déjà répondu."))
    if not private:
        if question.is_private:
            raise DomainError(
                _("Cette question a été posée en privé : la réponse le reste."), field="private"
            )
        _refuse_contacts(text, "text")
    question.answer, question.is_private = text.strip(), private
    question.answered_by, question.answered_at = by, timezone.now()
    question.save(update_fields=["answer", "is_private", "answered_by", "answered_at"])
    notifications.question_answered(question, by=by)
    return question


def _refuse_contacts(text: str, field: str) -> None:
    if find_personal_data(text):
        raise DomainError(
            _("Retirez l’adresse ou le numéro personnels : ce texte sera lu de tous."), field=field
        )
