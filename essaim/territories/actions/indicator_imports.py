"""The life of a file of indicators from the page: deposit, columns, check, confirm, load.

A job reads the file and keeps what it read apart; the page shows what loading would do; another
job writes it all at once. Whatever stops a job, the next one begins its part again.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, BinaryIO, cast

import pghistory
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.common.errors import DomainError
from essaim.common.jobs import alone, queued

from ..indicator_file import Head, Mapping, NotReadable, head
from ..indicator_messages import FILE_MESSAGES
from ..models import ImportState, Indicator, IndicatorImport, IndicatorIssue
from ..models.indicators import WORKING
from . import indicators

LARGEST = 200 * 1024 * 1024  # bytes: a million lines are some 40 MB
FORGOTTEN_AFTER = dt.timedelta(minutes=10)
KEPT_FOR = dt.timedelta(days=30)
_LOCK = 20260707


def deposit(file: File[bytes], *, name: str, by: Any) -> IndicatorImport:
    """Keep a file whose columns are then told. Raises DomainError where it is no table."""
    if (file.size or 0) > LARGEST:
        raise DomainError(_("Le fichier dépasse 200 Mo."), field="file")
    try:
        head(cast(BinaryIO, file))
    except NotReadable as error:
        raise DomainError(FILE_MESSAGES[error.kind], field="file") from None
    _abandon_old()
    kept = IndicatorImport(
        original_name=name.replace("\x00", "").strip()[-255:], by=by, bytes_total=file.size or 0
    )
    file.seek(0)
    kept.file.save("", file, save=False)
    try:
        kept.save()
    except Exception:
        kept.file.delete(save=False)
        raise
    return kept


def first_lines(kept: IndicatorImport) -> Head:
    """Its columns. Raises DomainError where the file is gone."""
    try:
        with kept.file.open("rb") as file:
            return head(cast(BinaryIO, file))
    except (FileNotFoundError, NotReadable):
        raise DomainError(FILE_MESSAGES["missing"]) from None


@transaction.atomic
def choose_columns(kept: IndicatorImport, mapping: Mapping) -> IndicatorImport:
    """Have the file checked with these columns; nothing is loaded yet."""
    kept = _lock(kept.pk)
    _check(kept, kept.check_with)
    _forget(kept)
    kept.check_with(mapping.as_dict())
    kept.save()
    _enqueue(kept)
    return kept


@transaction.atomic
def confirm(kept: IndicatorImport) -> IndicatorImport:
    """Load what was checked, once: a second click is refused."""
    kept = _lock(kept.pk)
    _check(kept, kept.confirm)
    kept.confirm()
    kept.save()
    _enqueue(kept)
    return kept


@transaction.atomic
def cancel(kept: IndicatorImport) -> IndicatorImport:
    kept = _lock(kept.pk)
    _check(kept, kept.cancel)
    kept.cancel()
    kept.save()
    indicators.forget_staged(kept.batch)
    _drop_file(kept)
    return kept


@transaction.atomic
def describe(indicator: Indicator, *, by: Any, **fields: Any) -> Indicator:
    """Its name, unit, source, meaning, profile of comparison and default weight."""
    indicator = Indicator.objects.select_for_update().get(pk=indicator.pk)
    with pghistory.context(user=by.pk):
        for name, value in fields.items():
            setattr(indicator, name, value)
        indicator.full_clean(exclude=["code"])
        indicator.save(update_fields=list(fields))
    return indicator


def _lock(pk: int) -> IndicatorImport:
    return IndicatorImport.objects.select_for_update().get(pk=pk)


def _check(kept: IndicatorImport, step: Any) -> None:
    if not can_proceed(step):
        raise DomainError(
            _("Cet import est maintenant « %(state)s » : cette action n’a plus lieu d’être.")
            % {"state": kept.get_state_display()}
        )


def _enqueue(kept: IndicatorImport) -> None:
    from ..tasks import run_import

    run_import.defer(pk=kept.pk)


def _forget(kept: IndicatorImport) -> None:
    indicators.forget_staged(kept.batch)
    IndicatorIssue.objects.filter(batch=kept.batch).delete()


def _drop_file(kept: IndicatorImport) -> None:
    storage, name = kept.file.storage, kept.file.name or ""
    transaction.on_commit(lambda: storage.delete(name))


def _abandon_old() -> None:
    """Files nobody confirmed do not stay for ever, nor do the remarks of the old ones."""
    limit = timezone.now() - KEPT_FOR
    waiting = [ImportState.MAPPING, ImportState.READY, ImportState.FAILED]
    for old in IndicatorImport.objects.filter(state__in=waiting, started_at__lt=limit):
        cancel(old)
    ended = IndicatorImport.objects.filter(started_at__lt=limit).exclude(state__in=WORKING)
    IndicatorIssue.objects.filter(batch__in=ended.values("batch")).delete()


# --- the jobs -----------------------------------------------------------------------------
def advance(pk: int) -> None:
    """Do what the import waits for; nothing where another job is at it, or it waits for nobody."""
    with alone(_LOCK, pk) as mine:
        kept = IndicatorImport.objects.filter(pk=pk, state__in=WORKING).first() if mine else None
        if kept is None:
            return
        try:
            if kept.state == ImportState.CHECKING:
                _read(kept)
            else:
                _load(kept)
        except NotReadable as error:
            _fail(pk, error.kind)
        except FileNotFoundError:
            _fail(pk, "missing")


def _read(kept: IndicatorImport) -> None:
    _forget(kept)
    mine = IndicatorImport.objects.filter(pk=kept.pk, state=kept.state, batch=kept.batch)
    lines = empty = 0
    with kept.file.open("rb") as file:
        mapping = Mapping.from_dict(kept.mapping)
        for part in indicators.stage(kept.batch, cast(BinaryIO, file), mapping):
            lines, empty = lines + part.lines, empty + part.empty
            progress = {"lines": lines, "empty": empty, "bytes_done": part.bytes_done}
            if not mine.update(**progress, touched_at=timezone.now()):
                indicators.forget_staged(kept.batch)  # abandoned, or checked with other columns
                return
    with transaction.atomic():
        kept = _lock(kept.pk)
        if kept.state != ImportState.CHECKING:
            return
        indicators.settle(kept.batch)
        _count(kept, indicators.compare(kept.batch))
        issues = IndicatorIssue.objects.filter(batch=kept.batch)
        kept.error_count = issues.filter(is_error=True).count()
        kept.warning_count = issues.filter(is_error=False).count()
        kept.finish_check()
        kept.save()


def _load(kept: IndicatorImport) -> None:
    with transaction.atomic():
        kept = _lock(kept.pk)
        if kept.state != ImportState.IMPORTING:
            return
        _count(kept, indicators.load(kept.batch, Mapping.from_dict(kept.mapping), by=kept.by))
        kept.finish()
        kept.save()
        _drop_file(kept)


def _count(kept: IndicatorImport, found: indicators.Found) -> None:
    for name in ("created", "updated", "unchanged", "new_indicators"):
        setattr(kept, name, getattr(found, name))


@transaction.atomic
def _fail(pk: int, message: str) -> None:
    kept = _lock(pk)
    if can_proceed(kept.fail):
        kept.fail(message)
        kept.save()
        indicators.forget_staged(kept.batch)


def give_up(pk: int) -> None:
    """The job failed as often as it may."""
    _fail(pk, "job")


def resume_forgotten() -> int:
    """Enqueue again the imports that no job has touched for a while; returns how many."""
    limit = timezone.now() - FORGOTTEN_AFTER
    forgotten = IndicatorImport.objects.filter(state__in=WORKING, started_at__lt=limit).exclude(
        touched_at__gte=limit
    )
    count = 0
    for kept in forgotten.exclude(pk__in=queued("territories.import")):
        _enqueue(kept)
        count += 1
    return count
