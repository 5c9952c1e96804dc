"""What is held about a person, put in a file that they alone can take, for some days."""

from __future__ import annotations

import datetime as dt
import json
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from essaim.people import personal_data
from essaim.people.models import DataArchive, User


@transaction.atomic
def ask_for_archive(user: User) -> DataArchive:
    """Have it made by a job; asked twice, it is made once. The former one goes."""
    from essaim.people.tasks import make_archive

    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    known = DataArchive.objects.filter(user=user).first()
    if known is not None and known.is_working and not known.is_forgotten:
        return known
    forget_archives(user)
    asked = DataArchive.objects.create(user=user, asked_at=timezone.now())
    make_archive.defer(pk=asked.pk)
    return asked


def make(pk: int) -> None:
    """Idempotent: made again from the start by a job that follows one that was killed."""
    archive = DataArchive.objects.working().select_related("user").filter(pk=pk).first()
    if archive is None or not archive.user.is_active:
        return
    held = {}
    sources = personal_data.sources()
    row = DataArchive.objects.filter(pk=pk)
    row.update(parts_total=len(sources), parts_done=0)
    for number, source in enumerate(sources, start=1):
        held[source.app] = personal_data.taken_away(source, archive.user)
        row.update(parts_done=number)
    document = {"exported_at": timezone.now(), **held}
    text = json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    with transaction.atomic():
        # Asked anew, or the account closed, while it was being made: it is nobody's any more.
        current = row.select_for_update().first()
        if current is None or not current.is_working:
            return
        current.file.save("archive.json", ContentFile(text.encode()), save=False)
        current.ready_at = timezone.now()
        current.expires_at = current.ready_at + dt.timedelta(
            days=settings.RETENTION["data_archives"]
        )
        current.save(update_fields=["file", "ready_at", "expires_at"])


def give_up(pk: int) -> None:
    DataArchive.objects.working().filter(pk=pk).update(failed_at=timezone.now())


def forget_archives(user: User) -> None:
    _forget(DataArchive.objects.filter(user=user))


def forget_expired(days: int) -> int:
    """Files past their last day, and what never became one. ``days``: their life."""
    old = DataArchive.objects.filter(expires_at__lte=timezone.now())
    never = DataArchive.objects.filter(
        ready_at=None, asked_at__lt=timezone.now() - dt.timedelta(days=days)
    )
    return _forget(old) + _forget(never)


@transaction.atomic
def _forget(archives: QuerySet[DataArchive]) -> int:
    # One that is being put in its file just now is waited for: its file goes too.
    found = list(archives.select_for_update().order_by("pk"))
    for archive in found:
        storage, name = archive.file.storage, archive.file.name
        archive.delete()
        if name:
            transaction.on_commit(partial(storage.delete, name))
    return len(found)
