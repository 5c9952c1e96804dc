"""Documents of a call: added, taken away; applicants see that they changed."""

from __future__ import annotations

import hashlib
import uuid
from functools import partial
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.calls.models import Call, CallDocument
from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.kits.content import checked

from .setting import begin_change, end_change

TYPES = ("pdf", "odt", "ods", "docx", "xlsx", "png", "jpg")


@transaction.atomic
def add_document(
    call: Call, *, by: Any, submission: uuid.UUID, title: str, file: IO[bytes], file_name: str,
    file_size: int, reason: str = "",
) -> CallDocument:  # fmt: skip
    """The same form twice adds one."""
    call, reason = begin_change(call, "documents", stamp_seen=None, reason=reason)
    known = made_by_form(CallDocument.objects, submission, call=call)
    if known is not None:
        return known
    most = settings.CALLS["documents"]
    if call.documents.count() >= most:
        raise DomainError(
            _("Un appel a au plus %(n)s documents : retirez-en d’abord.") % {"n": most}
        )
    if file_name.rpartition(".")[2].lower() not in TYPES:
        raise DomainError(
            _("Ce type de fichier n’est pas accepté ici. Types possibles : %(types)s.")
            % {"types": ", ".join(TYPES)},
            field="file",
        )
    kind, kept = checked(file, file_name, file_size)
    digest = hashlib.sha256()
    while chunk := kept.read(1024 * 1024):
        digest.update(chunk)
    kept.seek(0)
    document = CallDocument(
        submission=submission, call=call, title=" ".join(title.split()), by=by,
        file_name=file_name[-200:], media_type=kind.media_type, size=file_size,
        sha256=digest.hexdigest(),
    )  # fmt: skip
    document.file.save(file_name, File(kept), save=False)
    document.save(force_insert=True)
    end_change(call, reason=reason, by=by)
    return document


@transaction.atomic
def remove_document(document: CallDocument, *, by: Any, reason: str = "") -> None:
    """Its file goes with it, once the removal is sure."""
    call, reason = begin_change(document.call, "documents", stamp_seen=None, reason=reason)
    found = CallDocument.objects.filter(pk=document.pk).first()
    if found is None:
        return
    storage, name = found.file.storage, found.file.name or ""
    found.delete()
    transaction.on_commit(partial(storage.delete, name))
    end_change(call, reason=reason, by=by)
