"""Documents and statements of an organisation, given once; and what funders ask to have."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.dossiers import notifications, rules
from essaim.dossiers.models import (
    Application,
    Attachment,
    DocumentRequest,
    OrganisationDocument,
    State,
    Statement,
)
from essaim.dossiers.statements import TEXTS
from essaim.kits.content import checked
from essaim.people.models import Organisation
from essaim.people.rules import is_member

from .common import lock, require_signer, require_writable, require_writer

TYPES = ("pdf", "odt", "ods", "docx", "xlsx", "png", "jpg")


@transaction.atomic
def deposit(
    organisation: Organisation,
    *,
    by: Any,
    submission: uuid.UUID,
    kind: str,
    title: str,
    file: IO[bytes],
    file_name: str,
    file_size: int,
    valid_until: dt.date | None = None,
) -> OrganisationDocument:
    """Once for all files of the organisation. The same form twice is one document, and so is the
    same file of the same kind."""
    if not is_member(by, organisation):
        raise DomainError(_("Seuls les membres de l’organisation déposent ses documents."))
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    known = made_by_form(OrganisationDocument.objects, submission, organisation=organisation, by=by)
    if known is not None:
        return known
    rule = settings.DOSSIERS
    if organisation.documents.filter(removed_at=None).count() >= rule["documents"]:
        raise DomainError(
            _("Une organisation garde %(n)s documents au plus : retirez les plus anciens.")
            % {"n": rule["documents"]}
        )
    if file_name.rpartition(".")[2].lower() not in TYPES:
        raise DomainError(
            _("Ce type de fichier n’est pas accepté ici. Types possibles : %(types)s.")
            % {"types": ", ".join(TYPES)},
            field="file",
        )
    if file_size > rule["file_mb"] * 1024 * 1024:
        raise DomainError(
            _("Ce fichier dépasse %(limit)s Mo.") % {"limit": rule["file_mb"]}, field="file"
        )
    if valid_until is not None and valid_until < timezone.localdate():
        raise DomainError(_("Cette date est passée."), field="valid_until")
    media, kept = checked(file, file_name, file_size)
    digest = hashlib.sha256(kept.read()).hexdigest()
    kept.seek(0)
    same = organisation.documents.filter(sha256=digest, kind=kind, removed_at=None).first()
    if same is not None:
        return same
    document = OrganisationDocument(
        submission=submission, organisation=organisation, kind=kind,
        title=" ".join(title.split()) or file_name[-200:], file_name=file_name[-200:],
        media_type=media.media_type, size=file_size, sha256=digest, valid_until=valid_until, by=by,
    )  # fmt: skip
    document.file.save(file_name, File(kept), save=False)
    document.save()
    return document


@transaction.atomic
def remove(document: OrganisationDocument, *, by: Any) -> None:
    """Out of what may be joined; the files that hold it keep it."""
    document = OrganisationDocument.objects.select_for_update().get(pk=document.pk)
    if not is_member(by, document.organisation):
        raise DomainError(_("Seuls les membres de l’organisation retirent ses documents."))
    if document.removed_at is None:
        document.removed_at = timezone.now()
        document.save(update_fields=["removed_at"])


@transaction.atomic
def attach(
    application: Application,
    document: OrganisationDocument,
    *,
    by: Any,
    request: DocumentRequest | None = None,
) -> Attachment:
    """Join a document to the version to come; what a funder asked for is shown at once, to all
    readers, and changes no version."""
    application = lock(application)
    require_writer(by, application)
    if document.organisation_id != application.organisation_id:
        raise DomainError(_("Ce document n’est pas de cette organisation."))
    if document.removed_at is not None or document.is_out_of_date:
        raise DomainError(_("Ce document n’est plus valable : déposez-en un nouveau."))
    if request is not None and request.application_id != application.pk:
        raise DomainError(_("Cette demande est d’un autre dossier."))
    if request is not None and _is_withdrawn(request):
        raise DomainError(_("La demande est retirée."))
    if application.state == State.WITHDRAWN:
        raise DomainError(_("Ce dossier est retiré."))
    if request is None:
        require_writable(application)
    known = Attachment.objects.filter(
        application=application, document=document, request=request, left_at=None
    ).first()
    if known is not None:
        return known
    made = Attachment.objects.create(
        application=application, document=document, request=request,
        shown_from=timezone.now() if request else None,
    )  # fmt: skip
    if request is not None:
        notifications.document_given(application, request, by=by)
    return made


def _is_withdrawn(request: DocumentRequest) -> bool:
    """As it stands under the file's lock: what answers it is shown at once."""
    return DocumentRequest.objects.filter(pk=request.pk, withdrawn_at__isnull=False).exists()


@transaction.atomic
def detach(attachment: Attachment, *, by: Any) -> None:
    """Out of the version to come; those submitted keep it."""
    application = lock(attachment.application)
    require_writer(by, application)
    require_writable(application)
    if attachment.request_id is not None:
        raise DomainError(_("Cette pièce répond à un financeur : elle reste."))
    # As it stands now: a version submitted since the page was opened holds it.
    standing = Attachment.objects.filter(pk=attachment.pk, left_at=None)
    standing.filter(shown_from=None).delete()
    standing.update(left_at=timezone.now())


# --- statements ---------------------------------------------------------------------------------
@transaction.atomic
def state(
    organisation: Organisation, keys: list[str], *, by: Any, amount_cents: int | None = None,
    today: dt.date | None = None,
) -> list[Statement]:  # fmt: skip
    """On honour, by who represents the organisation; those that stand are not given again."""
    require_signer(by, organisation)
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    day = today or timezone.localdate()
    until = day + dt.timedelta(days=settings.DOSSIERS["statement_days"])
    standing = {row.key: row for row in organisation.statements.standing(day).order_by("pk")}
    made = []
    for key in keys:
        text = TEXTS.get(key)
        if text is None:
            raise DomainError(_("Cette attestation n’existe pas."))
        if text.needs_amount and amount_cents is None:
            raise DomainError(_("Donnez le montant, zéro s’il n’y en a pas."), field="amount_cents")
        if text.needs_amount and (amount_cents or 0) < 0:
            raise DomainError(_("Un montant n’est pas négatif."), field="amount_cents")
        amount = amount_cents if text.needs_amount else None
        if key in standing and standing[key].amount_cents == amount:
            continue
        made.append(
            Statement.objects.create(
                organisation=organisation,
                key=key,
                text_version=text.version,
                amount_cents=amount,
                by=by,
                valid_until=until,
            )
        )
    return made


# --- what funders ask to have ---------------------------------------------------------------------
@transaction.atomic
def require_document(
    application: Application,
    *,
    by: Any,
    organisation: Organisation,
    submission: uuid.UUID,
    label: str,
    why: str,
) -> DocumentRequest:
    """A document, never a form; what the holder gives is read by all funders."""
    application = lock(application)
    known = made_by_form(DocumentRequest.objects, submission, application=application, by=by)
    if known is not None:
        return known
    if not rules.asking_organisations(by, application).filter(pk=organisation.pk).exists():
        raise DomainError(
            _("Cette organisation ne lit pas ce dossier, ou vous n’agissez pas pour elle.")
        )
    if application.state == State.WITHDRAWN:
        raise DomainError(_("Ce dossier est retiré."))
    asked = application.requests.filter(organisation=organisation, withdrawn_at=None)
    if asked.count() >= settings.DOSSIERS["requests"]:
        raise DomainError(
            _("Un financeur demande %(n)s documents au plus.")
            % {"n": settings.DOSSIERS["requests"]}
        )
    made = DocumentRequest.objects.create(
        submission=submission, application=application, organisation=organisation,
        label=" ".join(label.split()), why=" ".join(why.split()), by=by,
    )  # fmt: skip
    notifications.document_required(application, by=by)
    return made


@transaction.atomic
def withdraw_request(request: DocumentRequest, *, by: Any) -> None:
    application = lock(request.application)
    mine = rules.asking_organisations(by, application)
    if not mine.filter(pk=request.organisation_id).exists():
        raise DomainError(_("Cette demande est d’un autre financeur."))
    DocumentRequest.objects.filter(pk=request.pk, withdrawn_at=None).update(
        withdrawn_at=timezone.now()
    )
