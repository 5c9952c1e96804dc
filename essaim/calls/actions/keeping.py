"""What goes with time, and when a person leaves."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from essaim.calls.models import (
    Answer,
    Application,
    ApplicationFile,
    ApplicationState,
    CallQuestion,
    EditorInvitation,
    FormVersion,
    SubmittedPersons,
)
from essaim.dossiers import blocks
from essaim.dossiers.definitions import read
from essaim.people.models import User

from .partner_invitations import forget_expired


def _delete_files(application: Application) -> None:
    for row in application.files.all():
        transaction.on_commit(partial(row.file.storage.delete, str(row.file.name)))


@transaction.atomic
def erase_drafts(days: int) -> int:
    """Never submitted, of a call that closed that long ago: nothing is left of them. Returns how
    many."""
    before = timezone.now() - dt.timedelta(days=days)
    old = Application.objects.filter(
        Q(state=ApplicationState.DRAFT) | Q(state=ApplicationState.WITHDRAWN),
        last_number=0, call__closes_at__lt=before,
    )  # fmt: skip
    count = 0
    for application in old.exclude(answers__at__gte=before).order_by("pk"):
        _delete_files(application)
        application.delete()
        count += 1
    return count


@transaction.atomic
def erase_persons(days: int) -> int:
    """Names and addresses in what was submitted to a call that closed that long ago; the project
    stays. Returns how many applications."""
    before = timezone.now() - dt.timedelta(days=days)
    old = Application.objects.filter(last_number__gt=0, call__closes_at__lt=before)
    count = 0
    for application in old.exclude(answers__at__gte=before).order_by("pk"):
        kept = SubmittedPersons.objects.filter(version__application=application).exclude(content={})
        changed = kept.update(content={})
        changed += _erase_from_answers(application)
        count += bool(changed)
    return count


def _erase_from_answers(application: Application) -> int:
    """Of every version of the form: what one of them asked stays kept when the next does not.
    Returns how many answers held a person."""
    apart: dict[str, set[str]] = {}
    for version in FormVersion.objects.filter(call__applications=application):
        for block in read(version.blocks):
            apart.setdefault(block.slug, set()).update(
                each.name
                for each in block.fields
                if block.of_persons or each.kind in (blocks.EMAIL, blocks.PHONE)
            )
    changed = 0
    for answer in Answer.objects.filter(application=application, block__in=apart):
        left = {
            name: each for name, each in answer.content.items() if name not in apart[answer.block]
        }
        if left != answer.content:
            changed += Answer.objects.filter(pk=answer.pk).update(content=left)
    return changed


@transaction.atomic
def erase_removed_files(days: int) -> int:
    """Removed from a draft, and in no submitted version."""
    before = timezone.now() - dt.timedelta(days=days)
    count = 0
    for row in ApplicationFile.objects.filter(removed_at__lt=before).select_related("application"):
        versions = row.application.versions.values_list("content", flat=True)
        if any(each["id"] == row.pk for content in versions for each in content["files"]):
            continue
        transaction.on_commit(partial(row.file.storage.delete, str(row.file.name)))
        row.delete()
        count += 1
    return count


@transaction.atomic
def erase_invitations(days: int) -> int:
    """To write an application, or to sign it, never answered."""
    before = timezone.now() - dt.timedelta(days=days)
    return EditorInvitation.objects.filter(at__lt=before).delete()[0] + forget_expired(days)


@transaction.atomic
def forget_person(user: User) -> None:
    """Their account is closed: drafts of theirs that nobody read go; what was submitted stays
    without their name; questions of theirs, where the answer was private, go."""
    mine = Application.objects.filter(person=user)
    for application in mine.filter(last_number=0):
        _delete_files(application)
        application.delete()
    versions = mine.filter(last_number__gt=0).values("versions")
    SubmittedPersons.objects.filter(version__in=versions).update(content={})
    for application in mine.filter(last_number__gt=0):
        _erase_from_answers(application)
    CallQuestion.objects.filter(Q(is_private=True) | Q(answered_at=None), by=user).delete()
