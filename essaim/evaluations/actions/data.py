"""Data: deposited, told what their columns are, erased."""

from __future__ import annotations

import datetime as dt
import logging
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.evaluations import intake, notifications
from essaim.evaluations.mapping import Mapping, check
from essaim.evaluations.models import (
    Allocation,
    Dataset,
    DataStatement,
    Evaluation,
    JournalEntry,
    State,
)
from essaim.evaluations.models.data import UPLOADS

from .journal import Kind, locked, move, moved_on, write

logger = logging.getLogger(__name__)
# A file this young may belong to a deposit that is not written yet.
UNDER_WAY = dt.timedelta(hours=1)

ISSUES_KEPT = 200


def _open(evaluation: Evaluation) -> Evaluation:
    """The evaluation, locked, if data may arrive."""
    evaluation = locked(evaluation)
    if not evaluation.is_open:
        raise moved_on(evaluation)
    statement = DataStatement.objects.filter(evaluation=evaluation).first()
    if statement is None:
        raise DomainError(_("Dites d’abord ce qui protège les personnes."))
    if statement.is_over:
        raise DomainError(
            _("La date d’effacement annoncée aux personnes est passée : le recueil est clos.")
        )
    return evaluation


def deposit(
    evaluation: Evaluation, *, by: Any, origin: str, text: str = "", file: IO[bytes] | None = None
) -> Dataset:
    """Keep the rows until their columns are said. Raises DomainError, and keeps nothing, when they
    name people or are no table. What waited before is replaced."""
    limit = settings.EVALUATIONS["megabytes"] * 1024 * 1024
    source: IO[bytes] = file if file is not None else ContentFile(text.encode("utf-8", "replace"))
    if source.seek(0, 2) > limit:
        raise DomainError(
            _("Le dépôt dépasse %(most)s Mo : gardez les colonnes qui servent.")
            % {"most": settings.EVALUATIONS["megabytes"]}
        )
    with transaction.atomic():
        _open(evaluation)  # refused before the file is read
    scanned = intake.scan(source)
    dataset = Dataset(
        evaluation=evaluation,
        origin=origin,
        by=by,
        columns=[vars(column) for column in scanned.columns],
        rows=scanned.rows,
        sha256=scanned.sha256,
    )
    with scanned.file:
        dataset.file.save("", File(scanned.file), save=False)
    try:
        with transaction.atomic():
            _open(evaluation)
            for old in Dataset.objects.kept().filter(evaluation=evaluation, ready_at=None):
                _forget(old)
            dataset.save()
    except BaseException:
        dataset.file.delete(save=False)
        raise
    return dataset


@transaction.atomic
def map_columns(dataset: Dataset, mapping: Mapping, *, by: Any) -> Dataset:
    """Say which column is what. With lines at fault, they are kept with the dataset and nothing
    else changes; without, these become the evaluation's data, and only the columns that serve
    stay. Returns the dataset: ``ready_at`` tells which."""
    evaluation = _open(dataset.evaluation)
    dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
    if dataset.deleted_at is not None:
        raise DomainError(_("Ces données ont été remplacées ou effacées."))
    if dataset.ready_at is not None:
        return dataset
    with dataset.file.open("rb") as file:
        checked = check(evaluation, file, mapping)
        dataset.mapping = mapping.as_dict()
        dataset.issues = [issue.to_dict() for issue in checked.problems[:ISSUES_KEPT]]
        dataset.issue_count = len(checked.problems)
        dataset.missing = checked.missing
        if checked.problems:
            dataset.save(update_fields=["mapping", "issues", "issue_count", "missing"])
            return dataset
        kept = intake.only(file, mapping.columns)
    for old in Dataset.objects.kept().filter(evaluation=evaluation).exclude(pk=dataset.pk):
        _forget(old)
    storage, whole = dataset.file.storage, dataset.file.name or ""
    with kept.file:
        dataset.file.save("", File(kept.file), save=False)
    transaction.on_commit(lambda: storage.delete(whole))
    dataset.columns = [{"name": column.name} for column in kept.columns]
    dataset.sha256, dataset.ready_at = kept.sha256, timezone.now()
    dataset.save()
    if evaluation.state == State.ANALYSED:
        move(evaluation, "collect_again")
    write(
        evaluation, Kind.DATA_ADDED, by=by,
        details={"rows": dataset.rows, "sha256": dataset.sha256},
    )  # fmt: skip
    return dataset


def _forget(dataset: Dataset) -> None:
    """The rows go, and what could show them; counts and digest stay."""
    storage, name = dataset.file.storage, dataset.file.name or ""
    dataset.file, dataset.columns, dataset.issues = "", [], []  # type: ignore[assignment]
    dataset.mapping = {}
    dataset.deleted_at = timezone.now()
    dataset.save(update_fields=["file", "columns", "issues", "mapping", "deleted_at"])
    if name:
        transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def discard(dataset: Dataset, *, by: Any) -> None:
    """The team takes a deposit back, ready or not."""
    evaluation = locked(dataset.evaluation)
    dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
    if dataset.deleted_at is not None:
        return
    was_ready = dataset.ready_at is not None
    _forget(dataset)
    if was_ready:
        write(evaluation, Kind.DATA_REMOVED, by=by, details={"rows": dataset.rows})
        if evaluation.state == State.ANALYSED:  # a result whose data went is to be made again
            move(evaluation, "collect_again")


def erase(evaluation: Evaluation, *, by: Any = None) -> int:
    """All data of a locked evaluation, and the list of the draw: returns how many deposits."""
    kept = list(Dataset.objects.kept().filter(evaluation=evaluation))
    for dataset in kept:
        _forget(dataset)
    drawn = Allocation.objects.filter(evaluation=evaluation).exclude(units="", assigned=[])
    gone = drawn.update(units="", assigned=[])
    if kept or gone:
        write(evaluation, Kind.DATA_REMOVED, by=by, details={"rows": sum(d.rows for d in kept)})
    return len(kept)


# --- the jobs -----------------------------------------------------------------------------
def erase_due() -> int:
    """Erase what was announced for today or before; results stay. Returns how many evaluations."""
    due = Evaluation.objects.filter(statement__deletion_on__lte=timezone.localdate())
    count = 0
    for pk in due.order_by("pk").values_list("pk", flat=True):
        try:
            count += _erase_one(pk)
        except Exception:  # one team's trouble must not keep the data of the others
            logger.exception("the data of one evaluation were not erased")
    return count


@transaction.atomic
def _erase_one(pk: int) -> bool:
    """Whether there was something to erase."""
    evaluation = Evaluation.objects.select_for_update().get(pk=pk)
    said = JournalEntry.objects.filter(evaluation=evaluation).count()
    erase(evaluation)
    if JournalEntry.objects.filter(evaluation=evaluation).count() == said:
        return False
    notifications.data_erased(evaluation)
    return True


def sweep_files() -> int:
    """Delete the files that no deposit names: of a worker killed between a row and its file, of a
    deposit undone. Returns how many."""
    storage, folder = Dataset._meta.get_field("file").storage, UPLOADS  # type: ignore[union-attr]
    if not storage.exists(folder):
        return 0
    limit = timezone.now() - UNDER_WAY
    names = [f"{folder}/{name}" for name in storage.listdir(folder)[1]]
    old = [name for name in names if storage.get_modified_time(name) < limit]
    named = set(Dataset.objects.filter(file__in=old).values_list("file", flat=True))
    for name in (lost := [name for name in old if name not in named]):
        storage.delete(name)
    return len(lost)


def forget_undescribed() -> int:
    """Deposits whose columns nobody said: they may hold more than they should."""
    limit = timezone.now() - dt.timedelta(hours=settings.EVALUATIONS["draft_hours"])
    old = Dataset.objects.kept().filter(ready_at=None, at__lt=limit)
    with transaction.atomic():
        for dataset in (found := list(old.select_for_update())):
            _forget(dataset)
    return len(found)


def tell_deletions_near() -> int:
    """Once for each date of deletion, to the teams whose data go soon."""
    today = timezone.localdate()
    soon = today + dt.timedelta(days=settings.EVALUATIONS["notice_days"])
    near = DataStatement.objects.filter(
        deletion_on__gt=today,
        deletion_on__lte=soon,
        notice_on=None,
        evaluation__datasets__deleted_at=None,
        evaluation__datasets__isnull=False,
    ).distinct()
    with transaction.atomic():
        for statement in (found := list(near.select_related("evaluation"))):
            statement.notice_on = today
            statement.save(update_fields=["notice_on"])
            notifications.deletion_near(statement.evaluation)
    return len(found)
