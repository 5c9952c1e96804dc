"""Asking for an export, making it by a job, forgetting it; templates of columns."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_fsm import can_proceed
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.calls import rules
from essaim.calls.archiving import write_archive
from essaim.calls.exporting import columns_of, write_table
from essaim.calls.files_submitted import files_of
from essaim.calls.models import (
    Application,
    Call,
    CallExport,
    ColumnTemplate,
    ExportFormat,
    ExportState,
)
from essaim.calls.selection import left_out, read_selection, workable
from essaim.common.errors import DomainError

TEMPLATES_AT_MOST = 50
COLUMNS_AT_MOST = 500


@transaction.atomic
def ask(
    call: Call, *, by: Any, format: str, columns: Sequence[str] = (), query: str = ""
) -> CallExport:
    """A second press while the first is being made gives the same one. Side effect: a job."""
    if not rules.can_run(by, call):
        raise DomainError(_("Vous ne conduisez plus cet appel."))
    if format != ExportFormat.ZIP:
        columns = _known(call, columns)
        if not columns:
            raise DomainError(_("Choisissez une colonne au moins."), field="columns")
    pending = CallExport.objects.filter(call=call, by=by, format=format, state=ExportState.MAKING)
    if (known := pending.first()) is not None:
        return known
    try:
        with transaction.atomic():
            made = CallExport.objects.create(
                call=call, by=by, format=format, columns=list(columns), query=query[:2000],
                language=translation.get_language() or settings.LANGUAGE_CODE,
            )  # fmt: skip
            _enqueue(made.pk)
    except IntegrityError:
        return pending.get()
    return made


def _known(call: Call, columns: Sequence[str]) -> list[str]:
    """In the order of the table; what no form of this call asks is left out."""
    chosen = set(columns)
    return [each.name for each in columns_of(call) if each.name in chosen][:COLUMNS_AT_MOST]


# --- the job ------------------------------------------------------------------------------------
def make(pk: int) -> None:
    """Write the file on disk, then keep it. Memory does not grow with the call."""
    export = CallExport.objects.select_related("call", "by").filter(pk=pk).first()
    if export is None or export.state != ExportState.MAKING:
        return
    if export.by is None or not rules.can_run(export.by, export.call):
        give_up(pk)
        return
    with translation.override(export.language):
        chosen = read_selection(QueryDict(export.query))
        found = chosen.apply(workable(export.call, export.by))
        keys = list(found.order_by("number", "pk").values_list("pk", flat=True))
        aside = left_out(export.call, export.by)
        CallExport.objects.filter(pk=pk).update(
            rows_total=len(keys), rows_done=0, left_out=aside, contents=keys,
            touched_at=timezone.now(),
        )  # fmt: skip
        folder = Path(settings.MEDIA_ROOT) / "calls" / "making"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder) as made:
            _write(made, export, keys, aside)
            _keep(pk, made)


def _write(out: IO[bytes], export: CallExport, keys: Sequence[int], aside: int) -> None:
    def tell(done: int) -> None:
        CallExport.objects.filter(pk=export.pk).update(rows_done=done, touched_at=timezone.now())

    site = settings.PUBLIC_URL
    if export.format == ExportFormat.ZIP:
        write_archive(out, keys, site, files=files_of, left_out=aside, tell=tell)
        return
    known = {column.name: column for column in columns_of(export.call)}
    columns = [known[name] for name in export.columns if name in known]
    write_table(
        out, columns, keys, site, format=export.format, name=export.call.title, tell=tell
    )  # fmt: skip


def _keep(pk: int, made: IO[bytes]) -> None:
    size = made.tell()
    made.seek(0)
    export = CallExport.objects.get(pk=pk)
    export.file.save("", File(made), save=False)
    name = export.file.name
    with transaction.atomic():
        locked = CallExport.objects.select_for_update().get(pk=pk)
        if not can_proceed(locked.finish):
            transaction.on_commit(partial(locked.file.storage.delete, name or ""))
            return
        locked.file.name, locked.size = name, size
        locked.finish()
        locked.save()


@transaction.atomic
def give_up(pk: int) -> None:
    """After the last attempt of a job."""
    export = CallExport.objects.select_for_update().get(pk=pk)
    if can_proceed(export.fail):
        export.fail()
        export.save()


def resume_forgotten() -> int:
    """Enqueue again what no job has touched for a while (a worker died); returns how many."""
    limit = timezone.now() - dt.timedelta(seconds=settings.CALL_EXPORTS["forgotten_seconds"])
    forgotten = CallExport.objects.annotate(seen=Coalesce(F("touched_at"), F("asked_at"))).filter(
        state=ExportState.MAKING, seen__lt=limit
    )
    jobs = ProcrastinateJob.objects.filter(
        task_name="calls.make_export", status__in=["todo", "doing"]
    ).exclude(status="doing", worker=None)  # whose worker was killed, and forgotten
    queued = {arguments.get("pk") for arguments in jobs.values_list("args", flat=True)}
    count = 0
    for pk in forgotten.exclude(pk__in=queued).values_list("pk", flat=True):
        with transaction.atomic():
            if CallExport.objects.filter(pk=pk, state=ExportState.MAKING).update(
                touched_at=timezone.now()
            ):
                _enqueue(pk)
                count += 1
    return count


# --- taking, forgetting -------------------------------------------------------------------------
@transaction.atomic
def take(export: CallExport, *, by: Any) -> CallExport:
    """Written down each time. A link with one of its applications, declared or born since it was
    made, closes the file: it is deleted and a new one leaves that application out."""
    locked = CallExport.objects.select_for_update().select_related("call").get(pk=export.pk)
    if locked.state != ExportState.READY:
        raise DomainError(_("Ce fichier n’est plus là : demandez-le de nouveau."))
    linked = Application.objects.linked_to(by).filter(call=locked.call)
    if linked.filter(pk__in=locked.contents).exists():
        _forget(locked)
        return locked
    locked.taken += 1
    locked.taken_at = timezone.now()
    locked.save(update_fields=["taken", "taken_at"])
    return locked


def _forget(export: CallExport) -> None:
    storage, name = export.file.storage, export.file.name or ""
    export.file = ""  # type: ignore[assignment]
    export.contents = []
    export.forget()
    export.save()
    if name:
        transaction.on_commit(partial(storage.delete, name))


@transaction.atomic
def delete(export: CallExport, *, by: Any) -> None:
    locked = CallExport.objects.select_for_update().get(pk=export.pk)
    if locked.by_id != by.pk:
        raise DomainError(_("Qui a demandé ce fichier peut l’effacer."))
    if can_proceed(locked.forget):
        _forget(locked)


def forget_old() -> int:
    """Files whose time is over; the rows stay and say who took what away. Returns how many."""
    limit = timezone.now() - dt.timedelta(days=settings.CALL_EXPORTS["days"])
    count = 0
    for pk in CallExport.objects.filter(
        state__in=[ExportState.READY, ExportState.FAILED], asked_at__lt=limit
    ).values_list("pk", flat=True):
        with transaction.atomic():
            locked = CallExport.objects.select_for_update().get(pk=pk)
            if can_proceed(locked.forget):
                _forget(locked)
                count += 1
    return count


def forget_records(days: int) -> int:
    """Rows of files gone for that long; returns how many."""
    limit = timezone.now() - dt.timedelta(days=days)
    gone = CallExport.objects.filter(state=ExportState.GONE, asked_at__lt=limit)
    return int(gone.delete()[0])


# --- templates of columns -----------------------------------------------------------------------
@transaction.atomic
def keep_columns(call: Call, *, by: Any, name: str, columns: Sequence[str]) -> ColumnTemplate:
    """Shared with all who run the call; the same name again replaces what it holds."""
    call = Call.objects.select_for_update().get(pk=call.pk)
    if not rules.can_run(by, call):
        raise DomainError(_("Vous ne conduisez plus cet appel."))
    name = " ".join(name.split())
    if not name:
        raise DomainError(_("Donnez un nom au modèle."), field="name")
    known = _known(call, columns)
    if not known:
        raise DomainError(_("Choisissez une colonne au moins."), field="columns")
    kept = ColumnTemplate.objects.filter(call=call)
    if not kept.filter(name=name).exists() and kept.count() >= TEMPLATES_AT_MOST:
        raise DomainError(
            _("%(n)s modèles au plus : effacez-en un.") % {"n": TEMPLATES_AT_MOST}, field="name"
        )
    made, _new = ColumnTemplate.objects.update_or_create(
        call=call, name=name[:80], defaults={"columns": known, "by": by}
    )
    return made


@transaction.atomic
def drop_columns(template: ColumnTemplate, *, by: Any) -> None:
    if not rules.can_run(by, template.call):
        raise DomainError(_("Vous ne conduisez plus cet appel."))
    ColumnTemplate.objects.filter(pk=template.pk).delete()


def _enqueue(pk: int) -> None:
    from essaim.calls.tasks_after import make_export

    make_export.defer(pk=pk)


def forget_of(user: Any) -> None:
    """Of an account that goes: nobody else may read these files."""
    for export in CallExport.objects.select_for_update().filter(by=user):
        if can_proceed(export.fail):
            export.fail()
            export.save()
        if can_proceed(export.forget):
            _forget(export)
