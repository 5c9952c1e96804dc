"""Building the archive of a kit: asked from the page, made by a job, piece by piece."""

from __future__ import annotations

import datetime as dt
import tempfile
import zipfile
from functools import partial
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_fsm import can_proceed
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.common.errors import DomainError
from essaim.initiatives.actions.cards import lock_card
from essaim.initiatives.models import Initiative
from essaim.kits import offline
from essaim.kits.content import CHUNK
from essaim.kits.kit import Item, archives_of, fingerprint, items_of
from essaim.kits.models import ArchiveState, KitArchive, KitDownload, MaterialVersion

# How often a job writes how far it is: each time tells the page, and costs a statement.
STEP = 8 * CHUNK
_SHRINKS = {"txt", "md", "csv"}  # other types are compressed already


def ask_archive(card: Initiative) -> KitArchive:
    """The kit's archive as it stands: ready if nothing changed, under way otherwise.

    Asked by two at once, it is built once. Side effect: a job.
    """
    items = items_of(card)
    known = archives_of(card, fingerprint(card, items))
    if known.building is not None:
        return known.building
    if known.ready is not None and known.is_current:
        return known.ready
    failures = KitArchive.objects.filter(
        initiative=card,
        state=ArchiveState.FAILED,
        asked_at__gt=timezone.now() - dt.timedelta(hours=1),
    )
    if failures.count() >= settings.KITS["tries_an_hour"]:
        raise DomainError(
            _("La préparation de ce kit vient d’échouer plusieurs fois : réessayez dans une heure.")
        )
    try:
        with transaction.atomic():
            archive = KitArchive.objects.create(
                initiative=card,
                fingerprint=fingerprint(card, items),
                bytes_total=sum(item.version.size for item in items),
            )
            _enqueue(archive.pk)
    except IntegrityError:
        return KitArchive.objects.get(initiative=card, state=ArchiveState.BUILDING)
    return archive


def forget_archives(card: Initiative) -> None:
    """What was removed from the kit leaves with no archive made before."""
    for archive in KitArchive.objects.filter(initiative=card).exclude(state=ArchiveState.BUILDING):
        _forget(archive)


def record_download(card: Initiative, version: MaterialVersion | None = None) -> None:
    """Count one: which, when; never who."""
    KitDownload.objects.create(initiative=card, version=version)


# --- the jobs ---------------------------------------------------------------------------------
def build(pk: int) -> None:
    """Write the archive on disk, then keep it. Memory does not grow with the kit.

    What changed since it was asked is in; what changes meanwhile has it made once more.
    """
    archive = KitArchive.objects.filter(pk=pk, state=ArchiveState.BUILDING).first()
    if archive is None:
        return
    card = Initiative.objects.for_detail().get(pk=archive.initiative_id)
    items = items_of(card)
    KitArchive.objects.filter(pk=pk).update(
        touched_at=timezone.now(), bytes_total=sum(i.version.size for i in items), bytes_done=0
    )
    print_of_it = fingerprint(card, items)
    folder = Path(settings.MEDIA_ROOT) / "kits" / "making"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryFile(dir=folder) as made:
        with translation.override(settings.LANGUAGE_CODE):
            _write(made, pk, card, items)
        made.seek(0)
        _keep(pk, print_of_it, made)


def _write(made: IO[bytes], pk: int, card: Initiative, items: list[Item]) -> None:
    """Contents page first, so that a half-fetched archive already says what it is."""
    done = told = 0
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, text in offline.pages(card, items):
            archive.writestr(name, text)
        for item in items:
            info = zipfile.ZipInfo(item.path, date_time=_when(item.version.at))
            stored = item.version.extension not in _SHRINKS
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.file_size = item.version.size  # decides whether the entry needs 64 bits
            with item.version.file.open("rb") as source, archive.open(info, "w") as target:
                while piece := source.read(CHUNK):
                    target.write(piece)
                    done += len(piece)
                    if done - told >= STEP:
                        told = done
                        _note(pk, done)
    _note(pk, done)


def _when(moment: dt.datetime) -> tuple[int, int, int, int, int, int]:
    local = timezone.localtime(moment)
    return (local.year, local.month, local.day, local.hour, local.minute, local.second)


def _note(pk: int, done: int) -> None:
    KitArchive.objects.filter(pk=pk).update(bytes_done=done, touched_at=timezone.now())


def _keep(pk: int, print_of_it: str, made: IO[bytes]) -> None:
    """Unless the kit changed while it was written: what was removed meanwhile must not leave."""
    made.seek(0, 2)
    size = made.tell()
    made.seek(0)
    archive = KitArchive.objects.get(pk=pk)
    archive.file.save("", File(made), save=False)
    name = archive.file.name
    with transaction.atomic():
        locked = KitArchive.objects.select_for_update().get(pk=pk)
        card = lock_card(locked.initiative)
        changed = fingerprint(card, items_of(card)) != print_of_it
        if changed or not can_proceed(locked.finish):
            transaction.on_commit(partial(locked.file.storage.delete, name or ""))
            if can_proceed(locked.finish):
                _enqueue(pk)  # once more, from what it is now
            return
        locked.file.name, locked.size, locked.fingerprint = name, size, print_of_it
        locked.finish()
        locked.save()
        _forget_older(locked)


def _forget_older(archive: KitArchive) -> None:
    """One archive of a kit is enough; who was reading the last one ends undisturbed."""
    older = KitArchive.objects.filter(initiative=archive.initiative_id).exclude(pk=archive.pk)
    for each in older.exclude(state=ArchiveState.BUILDING):
        _forget(each)


def _forget(archive: KitArchive) -> None:
    if archive.file:
        transaction.on_commit(partial(archive.file.storage.delete, archive.file.name or ""))
    archive.delete()


@transaction.atomic
def give_up(pk: int) -> None:
    """After the last attempt of a job."""
    archive = KitArchive.objects.select_for_update().get(pk=pk)
    if can_proceed(archive.fail):
        archive.fail()
        archive.save()


def resume_forgotten() -> int:
    """Enqueue again what no job has touched for a while (a worker died); returns how many."""
    limit = timezone.now() - dt.timedelta(seconds=settings.KITS["forgotten_seconds"])
    forgotten = KitArchive.objects.annotate(seen=Coalesce(F("touched_at"), F("asked_at"))).filter(
        state=ArchiveState.BUILDING, seen__lt=limit
    )
    jobs = ProcrastinateJob.objects.filter(
        task_name="kits.build_archive", status__in=["todo", "doing"]
    ).exclude(status="doing", worker=None)  # whose worker was killed, and forgotten
    queued = {arguments.get("pk") for arguments in jobs.values_list("args", flat=True)}
    count = 0
    for pk in forgotten.exclude(pk__in=queued).values_list("pk", flat=True):
        with transaction.atomic():
            if KitArchive.objects.filter(pk=pk, state=ArchiveState.BUILDING).update(
                touched_at=timezone.now()
            ):
                _enqueue(pk)
                count += 1
    return count


def _enqueue(pk: int) -> None:
    from essaim.kits.tasks import build_archive

    build_archive.defer(pk=pk)
