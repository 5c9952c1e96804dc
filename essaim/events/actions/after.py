"""After an event: documents, partnerships, answers to « what came of it? »."""

from __future__ import annotations

import uuid
from functools import partial
from typing import IO, Any

import pghistory
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.states import move
from essaim.common.text import clean, one_line
from essaim.events import notifications
from essaim.events.models import Document, Event, FollowUp, Partnership
from essaim.kits.content import checked
from essaim.people.models import Organisation
from essaim.people.rules import is_representative

from .common import lock_event

TYPES = ("pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx", "png", "jpg")
AT_MOST = 30


@transaction.atomic
def add_document(
    event: Event, *, by: Any, submission: uuid.UUID, title: str, audience: str, file: IO[bytes],
    file_name: str, file_size: int,
) -> Document:  # fmt: skip
    """The same form twice adds one. Raises DomainError for a type or a content that is not taken."""
    event = lock_event(event)
    known = made_by_form(Document.objects, submission, event=event)
    if known is not None:
        return known
    if event.documents.count() >= AT_MOST:
        raise DomainError(
            _("Un événement a %(n)s documents au plus : retirez-en d’abord.") % {"n": AT_MOST}
        )
    if file_name.rpartition(".")[2].lower() not in TYPES:
        raise DomainError(
            _("Ce type de fichier n’est pas accepté ici. Types possibles : %(types)s.")
            % {"types": ", ".join(TYPES)},
            field="file",
        )
    kind, kept = checked(file, file_name, file_size)
    row = Document(
        submission=submission, event=event, title=one_line(title), audience=audience,
        file_name=file_name[-200:], media_type=kind.media_type, size=file_size, by=by,
    )  # fmt: skip
    row.file.save(file_name, File(kept), save=False)
    row.save(force_insert=True)
    return row


@transaction.atomic
def remove_document(document: Document) -> None:
    """Its file goes with it, once the removal is sure."""
    lock_event(document.event_id)
    found = Document.objects.filter(pk=document.pk).first()
    if found is None:
        return
    storage, name = found.file.storage, found.file.name or ""
    found.delete()
    transaction.on_commit(partial(storage.delete, name))


@transaction.atomic
def declare_partnership(
    event: Event, one: Organisation, other: Organisation, *, by: Any, what: str,
    initiative: Any = None, submission: uuid.UUID | None = None,
) -> Partnership:  # fmt: skip
    """In the name of an organisation that one represents; the other side confirms."""
    event = lock_event(event)
    known = made_by_form(Partnership.objects, submission, event=event, one=one, by=by)
    if known is not None:
        return known
    if one.pk == other.pk:
        raise DomainError(_("Un partenariat est entre deux organisations."), field="other")
    if not is_representative(by, one):
        raise DomainError(_("Vous ne représentez pas cette organisation."), field="one")
    if not event.has_begun:
        raise DomainError(_("L’événement n’a pas encore commencé."))
    with pghistory.context(user=by.pk, action="declare_partnership"):
        made = Partnership.objects.create(
            event=event, one=one, other=other, what=clean(what), initiative=initiative, by=by,
            submission=submission or uuid.uuid4(),
        )  # fmt: skip
    notifications.partnership_declared(made, by=by)
    return made


@transaction.atomic
def answer_partnership(partnership: Partnership, *, by: Any, agrees: bool) -> Partnership:
    row = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    wanted = Partnership.State.CONFIRMED if agrees else Partnership.State.DECLINED
    if row.state == wanted:
        return row
    with pghistory.context(user=by.pk, action="answer_partnership"):
        move(row, "confirm" if agrees else "decline")
        row.save(update_fields=["state"])
    notifications.partnership_answered(row, by=by)
    return row


@transaction.atomic
def answer_follow_up(follow_up: FollowUp, *, came: str, note: str = "") -> FollowUp:
    """May be corrected: what came of it is known later."""
    row = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
    row.came, row.note, row.answered_on = came, clean(note), timezone.localdate()
    row.save(update_fields=["came", "note", "answered_on"])
    return row
