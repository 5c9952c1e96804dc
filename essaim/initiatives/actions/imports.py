"""The life of an import from the page: deposit, check, confirm, import; cancel or try again.

Jobs do the long part. Each batch writes its cards and the progress together: whatever stops a
job, the page tells what was done, and the next job goes on from there.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.common.errors import DomainError
from essaim.common.jobs import queued
from essaim.initiatives.actions.import_cards import SAMPLE, Outcome, outcomes
from essaim.initiatives.interchange.mend.text import storable
from essaim.initiatives.interchange.readers import NotReadable, count_lines
from essaim.initiatives.models import CardImport, ImportIssue, ImportState
from essaim.initiatives.models.imports import WORKING

# A file that nobody confirmed may hold personal addresses: it does not stay for ever.
KEPT_FOR = dt.timedelta(days=settings.RETENTION["import_files"])
FORGOTTEN_AFTER = dt.timedelta(seconds=60)
_NAME = 255


def deposit(
    *, file: File[bytes] | None = None, text: str = "", name: str = "", publish: bool, by: Any
) -> CardImport:
    """Keep the file (or the text that was pasted) and have it checked; nothing is imported yet."""
    content = file if file is not None else ContentFile(text.encode("utf-8", "surrogatepass"))
    name = storable(name).strip()[-_NAME:] or _("Texte collé")
    card_import = CardImport(original_name=name, publish=publish, by=by)
    card_import.file.save("", content, save=False)
    try:
        with transaction.atomic():
            card_import.save()
            _enqueue(card_import)
    except Exception:
        card_import.file.delete(save=False)
        raise
    return card_import


@transaction.atomic
def confirm(card_import: CardImport) -> CardImport:
    """Import what was checked. Raises DomainError unless it waits for that (a second click)."""
    card_import = _lock(card_import.pk)
    _check(card_import, card_import.confirm)
    card_import.issues.all().delete()
    card_import.confirm()
    card_import.save()
    _enqueue(card_import)
    return card_import


@transaction.atomic
def cancel(card_import: CardImport) -> CardImport:
    """Stop there. What was imported stays: it is made of whole cards. The file goes."""
    card_import = _lock(card_import.pk)
    _check(card_import, card_import.cancel)
    card_import.cancel()
    card_import.save()
    _forget_file(card_import)
    return card_import


@transaction.atomic
def try_again(card_import: CardImport) -> CardImport:
    """After an interruption: check anew, then confirm; cards already written are unchanged."""
    card_import = _lock(card_import.pk)
    _check(card_import, card_import.check_again)
    card_import.issues.all().delete()
    card_import.check_again()
    card_import.save()
    _enqueue(card_import)
    return card_import


def _lock(pk: int) -> CardImport:
    return CardImport.objects.select_for_update().get(pk=pk)


def _check(card_import: CardImport, transition: Any) -> None:
    if not can_proceed(transition):
        raise DomainError(
            _("Cet import est maintenant « %(state)s » : cette action n’a plus lieu d’être.")
            % {"state": card_import.get_state_display()}
        )


def _enqueue(card_import: CardImport) -> None:
    from essaim.initiatives.tasks import run_import

    run_import.defer(pk=card_import.pk)


def _forget_file(card_import: CardImport) -> None:
    """It may hold personal addresses, and has served."""
    storage, name = card_import.file.storage, card_import.file.name or ""
    transaction.on_commit(lambda: storage.delete(name))


# --- the jobs -----------------------------------------------------------------------------
def advance(pk: int) -> None:
    """Do what the import waits for, to the end. Does nothing when someone else did it."""
    card_import = CardImport.objects.filter(pk=pk, state__in=WORKING).first()
    if card_import is None:
        return
    state, done = card_import.state, card_import.lines_done
    try:
        with card_import.file.open("rb") as opened:
            file = cast(BinaryIO, opened)
            if not _begin(pk, state, count_lines(file)):
                return
            steps = outcomes(
                file,
                publish=card_import.publish,
                by=card_import.by,
                write=state == ImportState.IMPORTING,
                after=done,
            )
            while True:
                with transaction.atomic():
                    locked = _lock(pk)
                    if (locked.state, locked.lines_done) != (state, done):
                        return  # cancelled, or another job took over
                    outcome = next(steps, None)
                    if outcome is None:
                        _finish(locked)
                        return
                    _record(locked, outcome)
                    done = locked.lines_done
    except NotReadable as error:
        _fail(pk, error.kind)
    except FileNotFoundError:
        _fail(pk, "missing")


def _begin(pk: int, state: str, lines: int) -> bool:
    """Note that a job is at work, and how much there is to do."""
    return bool(
        CardImport.objects.filter(pk=pk, state=state).update(
            lines_total=lines, touched_at=timezone.now()
        )
    )


def _record(card_import: CardImport, outcome: Outcome) -> None:
    for name in ("created", "updated", "unchanged", "refused"):
        setattr(card_import, name, getattr(card_import, name) + getattr(outcome, name))
    card_import.error_count += len(outcome.errors)
    card_import.warning_count += len(outcome.warnings)
    card_import.sample = (card_import.sample + outcome.sample)[:SAMPLE]
    card_import.lines_done = outcome.last_line
    card_import.lines_total = max(card_import.lines_total, outcome.last_line)
    card_import.touched_at = timezone.now()
    card_import.save()
    ImportIssue.objects.bulk_create(
        [
            ImportIssue(
                card_import=card_import,
                line=issue.line,
                is_error=is_error,
                field=issue.field,
                code=issue.code,
                params=issue.params,
            )
            for is_error, issues in [(True, outcome.errors), (False, outcome.warnings)]
            for issue in issues
        ],
        batch_size=2000,
    )


def _finish(card_import: CardImport) -> None:
    card_import.lines_done = card_import.lines_total
    if card_import.state == ImportState.CHECKING:
        card_import.finish_check()
    else:
        card_import.finish_import()
        _forget_file(card_import)
    card_import.save()


@transaction.atomic
def _fail(pk: int, code: str) -> None:
    card_import = _lock(pk)
    if can_proceed(card_import.fail):
        card_import.fail(code)
        card_import.save()


def give_up(pk: int) -> None:
    """After the last attempt of a job."""
    _fail(pk, "unexpected")


def resume_forgotten() -> int:
    """Enqueue again the imports that no job has touched for a while; returns how many.

    Harmless when a job is only slow: the second one sees that the first went on, and leaves.
    """
    limit = timezone.now() - FORGOTTEN_AFTER
    forgotten = CardImport.objects.annotate(seen=Coalesce(F("touched_at"), F("started_at"))).filter(
        state__in=WORKING, seen__lt=limit
    )
    count = 0
    for pk in forgotten.exclude(pk__in=queued("initiatives.import")).values_list("pk", flat=True):
        with transaction.atomic():
            card_import = _lock(pk)
            if card_import.state in WORKING:
                card_import.touched_at = timezone.now()
                card_import.save(update_fields=["touched_at"])
                _enqueue(card_import)
                count += 1
    return count


def abandon_old(days: int) -> int:
    """Abandon what nobody confirmed or tried again since then, files included: they may hold
    personal addresses."""
    limit = timezone.now() - dt.timedelta(days=days)
    old = CardImport.objects.filter(
        state__in=[ImportState.READY, ImportState.FAILED], started_at__lt=limit
    )
    for card_import in old:
        cancel(card_import)
    return len(old)
