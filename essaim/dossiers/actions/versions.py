"""Submitting: a version is frozen, once, whatever happens."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.personal_data import find_personal_data
from essaim.common.typography import in_series
from essaim.dossiers import notifications, targets
from essaim.dossiers.accounts import totals
from essaim.dossiers.blocks import block_of
from essaim.dossiers.models import Application, SubmittedVersion, VersionPersons
from essaim.dossiers.reading import fingerprint, frozen, lacks, persons, texts_of

from .common import lock, move, require_signer


@transaction.atomic
def submit(
    application: Application, *, by: Any, submission: uuid.UUID, reason: str = ""
) -> SubmittedVersion:
    """Readers see the new version, and what differs from the one before. Sent twice, it is one;
    ``reason`` says what changes, from the second version on."""
    application = lock(application)
    known = made_by_form(SubmittedVersion.objects, submission, application=application, by=by)
    if known is not None:
        return known
    require_signer(by, application.organisation)
    found = targets.of(application.applies_to)
    if found is None or not found[0].is_open(found[1]):
        raise DomainError(_("Ce que ce dossier demande est terminé : il ne peut plus être déposé."))
    # Read again under the lock: what the page showed may have changed.
    application = Application.objects.for_detail().get(pk=application.pk)
    lacking = lacks(application)
    if lacking.stops:
        names = [section.block.title for section in lacking.blocks]
        names += [text.label for text in lacking.statements]
        raise DomainError(_("Il manque encore : %(what)s.") % {"what": in_series(names)})
    if application.last_number and not reason.strip():
        raise DomainError(_("Dites aux financeurs ce qui change."), field="reason")
    content = frozen(application)
    _refuse_contacts(application, content, reason)
    print_ = fingerprint(content)
    last = application.versions.first()
    people = persons(application)
    if last is not None and last.sha256 == print_ and _persons_of(last) == people:
        raise DomainError(_("Rien n’a changé depuis la version %(n)s.") % {"n": last.number})
    budget = content["blocks"]["budget"]
    sums = totals(budget["lines"])
    now = timezone.now()
    move(application, "submit")
    version = SubmittedVersion.objects.create(
        submission=submission, application=application, number=application.last_number,
        content=content, sha256=print_, charges_cents=sums.charges, products_cents=sums.products,
        requested_cents=budget["requested_cents"], reason=" ".join(reason.split())[:500], by=by,
        at=now,
    )  # fmt: skip
    VersionPersons.objects.create(version=version, content=people)
    application.attachments.filter(left_at=None, shown_from=None).update(shown_from=now)
    notifications.submitted(application, by=by)
    return version


def _persons_of(version: SubmittedVersion) -> Any:
    kept = VersionPersons.objects.filter(version=version).first()
    return kept.content if kept else None


def _refuse_contacts(application: Application, content: dict[str, Any], reason: str) -> None:
    """What is frozen holds nobody's address: those of the contact have their own block."""
    if find_personal_data(reason):
        raise DomainError(
            _("Retirez l’adresse ou le numéro personnels : ce texte ne s’efface pas."),
            field="reason",
        )
    for slug, answers in content["blocks"].items():
        if any(find_personal_data(text) for text in texts_of(answers)):
            block = block_of(application.form, slug)
            raise DomainError(
                _("« %(block)s » contient une adresse ou un numéro personnels : mettez-les dans « Représentant légal et contact ».")
                % {"block": block.title if block else slug}
            )  # fmt: skip
