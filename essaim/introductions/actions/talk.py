"""The thread of both sides, and the notes of one."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.text import clean
from essaim.contributions.limits import one_at_a_time
from essaim.introductions import notifications
from essaim.introductions.models import Introduction, Message, Note

from .common import locked


@transaction.atomic
def write(
    introduction: Introduction, text: str, *, side: str, by: Any,
    submission: uuid.UUID | None = None,
) -> Message:  # fmt: skip
    """Sent twice, it is one. Nobody is written to who has not accepted the introduction."""
    one_at_a_time(by)
    introduction = locked(introduction)
    known = made_by_form(Message.objects, submission, introduction=introduction, author=by)
    if known is not None:
        return known
    if not introduction.is_going:
        raise DomainError(
            _("On s’écrit tant que la mise en relation est en cours : votre texte est resté ici."),
            field="text",
        )
    _check_rate(by)
    message = Message.objects.create(
        introduction=introduction, side=side, author=by, text=_text(text),
        submission=submission or uuid.uuid4(),
    )  # fmt: skip
    notifications.written(introduction, side, by=by)
    return message


@transaction.atomic
def write_note(
    introduction: Introduction, text: str, *, side: str, by: Any,
    submission: uuid.UUID | None = None,
) -> Note:  # fmt: skip
    """At any moment, also once it is closed; the other side never reads it."""
    one_at_a_time(by)
    introduction = locked(introduction)
    known = made_by_form(Note.objects, submission, introduction=introduction, author=by)
    if known is not None:
        return known
    _check_rate(by)
    note: Note = Note.objects.create(
        introduction=introduction, side=side, author=by, text=_text(text),
        submission=submission or uuid.uuid4(),
    )  # fmt: skip
    return note


@transaction.atomic
def remove_note(note: Note, *, by: Any) -> None:
    """By who wrote it; twice is once."""
    if note.author_id != by.pk:
        raise DomainError(_("Seule la personne qui a écrit cette note l’efface."))
    Note.objects.filter(pk=note.pk).delete()


def _text(text: str) -> str:
    text = clean(text)
    if not text:
        raise DomainError(_("Écrivez quelque chose."), field="text")
    return text


def _check_rate(by: Any) -> None:
    limit: int = settings.INTRODUCTIONS["texts_per_hour"]
    since = timezone.now() - dt.timedelta(hours=1)
    written = sum(
        model.objects.filter(author=by, created_at__gt=since).count() for model in (Message, Note)
    )
    if written >= limit:
        raise DomainError(
            _("Vous avez beaucoup écrit depuis une heure : envoyez ce texte un peu plus tard."),
            field="text",
        )
