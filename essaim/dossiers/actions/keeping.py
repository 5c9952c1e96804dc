"""What goes with time, and when a person leaves."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import transaction
from django.utils import timezone

from essaim.dossiers.blocks import blocks_of
from essaim.dossiers.models import Answer, Application, OrganisationDocument, VersionPersons


@transaction.atomic
def erase_persons(days: int) -> int:
    """Names and addresses in files of which nothing was submitted or saved for that long; amounts
    and words about the project stay. Returns how many files."""
    before = timezone.now() - dt.timedelta(days=days)
    old = Application.objects.filter(created_at__lt=before).exclude(versions__at__gte=before)
    count = 0
    for application in old.exclude(answers__at__gte=before).order_by("pk"):
        slugs = [block.slug for block in blocks_of(application.form) if block.of_persons]
        gone = Answer.objects.filter(application=application, block__in=slugs).exclude(content={})
        kept = VersionPersons.objects.filter(version__application=application).exclude(content={})
        count += bool(gone.update(content={}) + kept.update(content={}))
    return count


@transaction.atomic
def erase_removed_documents(days: int) -> int:
    """Removed by their organisation, and joined to no file: nothing is left of them."""
    before = timezone.now() - dt.timedelta(days=days)
    rows = OrganisationDocument.objects.filter(removed_at__lt=before, attachments=None)
    count = 0
    for row in rows.order_by("pk"):
        delete = partial(row.file.storage.delete, str(row.file.name))
        row.delete()
        transaction.on_commit(delete)
        count += 1
    return count
