"""A file of the centre's own figures from the page: deposited, read by a job, said line by line.

All its lines are loaded or none. Whatever stops the job, the file is kept and the next one begins
again; figures loaded before stay until others replace them.
"""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.jobs import alone, queued
from essaim.common.once import made_by_form
from essaim.common.states import move
from essaim.dialogues.models import (
    CampaignIndicator,
    CampaignState,
    FigureFile,
    FigureFileState,
    FigureLine,
)
from essaim.dialogues.own_figures import Figures, NotTaken, check_head, figures_of

from .common import lock_campaign, lock_open_campaign
from .findings import keep_own_figures

FORGOTTEN_AFTER = dt.timedelta(minutes=10)
LARGEST = 5 * 1024 * 1024  # bytes
BEGUN_AT_MOST = 5  # times: a worker that is killed says nothing
_LOCK = 20260710


@transaction.atomic
def deposit(
    indicator: CampaignIndicator, *, by: Any, submission: uuid.UUID, file: BinaryIO, name: str,
    kind: str = "", year: int | None = None,
) -> FigureFile:  # fmt: skip
    """Keep a file that a job then reads; the same form twice keeps one. Raises DomainError where
    its first lines already tell that nothing can be made of it."""
    lock_open_campaign(indicator.campaign_id)
    known = made_by_form(FigureFile.objects, submission, indicator=indicator, by=by)
    if known is not None:
        return known
    if indicator.series_id is not None:
        raise DomainError(_("Cette série est celle de tous : elle se charge dans la gestion."))
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise DomainError(_("Ce fichier dépasse 5 Mo."), field="file")
    check_head(io.BytesIO(content), kind=kind, year=year)
    kept = FigureFile.objects.create(
        submission=submission, indicator=indicator, by=by, content=content, kind=kind, year=year,
        name=name.replace("\x00", "").strip()[-255:] or "–", bytes_total=len(content),
    )  # fmt: skip
    _enqueue(kept)
    return kept


@transaction.atomic
def try_again(kept: FigureFile) -> FigureFile:
    """Of one that was interrupted. Pressed twice, it is read once."""
    lock_open_campaign(kept.indicator.campaign_id)
    row = FigureFile.objects.select_for_update(of=("self",)).get(pk=kept.pk)
    if row.is_working:
        return row
    move(row, "try_again")
    row.why, row.about, row.attempts = "", "", 0
    row.touched_at = timezone.now()  # it begins anew, however old the file is
    row.save()
    _enqueue(row)
    return row


def _enqueue(kept: FigureFile) -> None:
    from essaim.dialogues import tasks

    tasks.read_figures.defer(pk=kept.pk)


def forget_old(days: int) -> int:
    """Reports, and files whose reading was interrupted; the figures stay. Returns how many."""
    limit = timezone.now() - dt.timedelta(days=days)
    old = FigureFile.objects.filter(at__lt=limit).exclude(state=FigureFileState.WAITING)
    return old.delete()[1].get(FigureFile._meta.label, 0)


# --- the job ------------------------------------------------------------------------------
def advance(pk: int) -> None:
    """Read the file and load it; nothing where another job is at it, or it waits no more. One that
    was begun as often as it may is given up: whatever stopped its worker would stop the next."""
    with alone(_LOCK, pk) as mine:
        if not mine:
            return
        kept = FigureFile.objects.select_related("indicator__series").filter(
            pk=pk, state=FigureFileState.WAITING
        ).first()  # fmt: skip
        if kept is not None and kept.attempts >= BEGUN_AT_MOST:
            give_up(pk)
        elif kept is not None:
            FigureFile.objects.filter(pk=pk).update(attempts=F("attempts") + 1)
            _read(kept)


def _read(kept: FigureFile) -> None:
    file = io.BytesIO(bytes(kept.content))
    mine = FigureFile.objects.filter(pk=kept.pk, state=FigureFileState.WAITING)

    def so_far(lines: int, read: int) -> None:
        mine.update(lines=lines, bytes_done=read, touched_at=timezone.now())

    so_far(0, 0)
    found = Figures()
    try:
        found = figures_of(
            file, kept.indicator, kind=kept.kind, year=kept.year, so_far=so_far,
            most=settings.DIALOGUES["own_figures"],
        )  # fmt: skip
        _load(kept.pk, found)
    except NotTaken as error:
        _refuse(kept.pk, error.found or found, error)


@transaction.atomic
def _load(pk: int, found: Figures) -> None:
    """The figures, what is said of the lines and the state: together or not at all."""
    row = _lock(pk)
    if row is None:
        return
    loaded = keep_own_figures(row.indicator, found)
    _say(row, found)
    row.created, row.updated, row.unchanged = loaded.created, loaded.updated, loaded.unchanged
    move(row, "load")
    row.save()


@transaction.atomic
def _refuse(pk: int, found: Figures, error: NotTaken) -> None:
    row = _lock(pk, even_closed=True)
    if row is None:
        return
    _say(row, found)
    row.why, row.about = error.why, error.about
    move(row, "refuse")
    row.save()


def _lock(pk: int, *, even_closed: bool = False) -> FigureFile | None:
    """After its campaign, in the order of all acts; nothing once it waits no more. Raises NotTaken
    where the campaign was closed."""
    row = FigureFile.objects.select_related("indicator").defer("content").filter(pk=pk).first()
    if row is None:
        return None
    campaign = lock_campaign(row.indicator.campaign_id)
    if campaign.state == CampaignState.CLOSED and not even_closed:
        raise NotTaken("closed")
    row = (
        FigureFile.objects.select_for_update(of=("self",)).select_related("indicator")
        .filter(pk=pk, state=FigureFileState.WAITING).first()
    )  # fmt: skip
    return row


def _say(row: FigureFile, found: Figures) -> None:
    FigureLine.objects.filter(file=row).delete()
    FigureLine.objects.bulk_create(
        [
            FigureLine(
                file=row, line=each.line, is_error=each.is_error, code=each.code[:40],
                given=each.given[:100],
            )
            for each in sorted(found.said, key=lambda each: each.line)
        ],
        batch_size=2_000,
    )  # fmt: skip
    row.lines, row.empty, row.error_count = found.lines, found.empty, found.wrong
    row.left, row.outside = found.left, found.outside
    row.bytes_done, row.finished_at = row.bytes_total, timezone.now()


@transaction.atomic
def give_up(pk: int) -> None:
    """The job failed as often as it may: the file stays, to be tried again."""
    row = _lock(pk, even_closed=True)
    if row is not None:
        row.why = "job"
        move(row, "fail")
        row.save()


def resume_forgotten() -> int:
    """Enqueue again the files that no job has touched for a while; returns how many."""
    limit = timezone.now() - FORGOTTEN_AFTER
    forgotten = FigureFile.objects.filter(state=FigureFileState.WAITING, at__lt=limit)
    count = 0
    for kept in (
        forgotten.exclude(touched_at__gte=limit)
        .exclude(pk__in=queued("dialogues.read_figures"))
        .defer("content")
    ):
        _enqueue(kept)
        count += 1
    return count
