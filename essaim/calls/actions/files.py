"""Files joined to a question: what they really are, once each."""

from __future__ import annotations

import hashlib
import uuid
from typing import IO, Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.calls.archives import checked_file
from essaim.calls.models import Application, ApplicationFile
from essaim.calls.reading import form_of, limit
from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.dossiers import blocks
from essaim.dossiers.models import OrganisationDocument

from .shared import lock, require_owner, require_writable, require_writer


def _require_field(application: Application, block: str, field: str) -> None:
    asked = {
        (each.slug, one.name)
        for each in form_of(application)
        for one in each.fields
        if one.kind == blocks.FILE
    }
    if (block, field) not in asked:
        raise DomainError(_("Cette question ne demande pas de fichier."))


@transaction.atomic
def join_file(
    application: Application,
    block: str,
    field: str,
    *,
    by: Any,
    submission: uuid.UUID,
    file: IO[bytes],
    file_name: str,
    file_size: int,
) -> ApplicationFile:
    """The same form twice, or the same file for the same question, is one. Raises DomainError
    for what is not of an accepted type, by its name and by its content, archives included."""
    application = lock(application)
    require_writer(by, application)
    known = made_by_form(ApplicationFile.objects, submission, application=application)
    if known is not None:
        return known
    require_writable(application)
    _require_field(application, block, field)
    standing = application.files.filter(removed_at=None)
    if standing.count() >= limit("files"):
        raise DomainError(
            _("Une candidature a %(n)s fichiers au plus : retirez-en un.") % {"n": limit("files")},
            field="file",
        )
    media_type, kept = checked_file(file, file_name, file_size)
    digest = hashlib.sha256(kept.read()).hexdigest()
    kept.seek(0)
    same = standing.filter(block=block, field=field, sha256=digest).first()
    if same is not None:
        return same
    row = ApplicationFile(
        submission=submission, application=application, block=block, field=field,
        file_name=file_name[-200:], media_type=media_type, size=file_size, sha256=digest, by=by,
    )  # fmt: skip
    row.file.save(file_name, File(kept), save=False)
    row.save()
    return row


def join_document(
    application: Application, block: str, field: str, document: OrganisationDocument, *, by: Any,
    submission: uuid.UUID,
) -> ApplicationFile:  # fmt: skip
    """A copy of what the organisation has deposited once, by one of its members: those invited to
    write see none of its papers."""
    require_owner(by, application)
    if document.organisation_id != application.organisation_id:
        raise DomainError(_("Ce document n’est pas de l’organisation candidate."))
    if document.removed_at is not None or document.is_out_of_date:
        raise DomainError(_("Ce document n’est plus valable : déposez-en un nouveau."))
    with document.file.open("rb") as opened:
        return join_file(
            application, block, field, by=by, submission=submission, file=opened,
            file_name=document.file_name, file_size=document.size,
        )  # fmt: skip


@transaction.atomic
def remove_file(row: ApplicationFile, *, by: Any) -> None:
    """Out of the version to come; what was submitted keeps it. Never submitted, nothing is left."""
    application = lock(row.application)
    require_writer(by, application)
    require_writable(application)
    row = ApplicationFile.objects.select_for_update().get(pk=row.pk)
    if row.removed_at is not None:
        return
    if application.last_number == 0:
        name, storage = str(row.file.name), row.file.storage
        row.delete()
        transaction.on_commit(lambda: storage.delete(name))
        return
    row.removed_at = timezone.now()
    row.save(update_fields=["removed_at"])
