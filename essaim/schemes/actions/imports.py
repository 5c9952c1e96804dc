"""The life of an import: deposit, then a job that writes by batches; a report line by line.

Each batch writes its schemes and the progress together: whatever stops the job, the page tells
what was done, and the next job goes on from there.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from essaim.schemes.actions.writing import differing, write_records
from essaim.schemes.files import NotReadable, Row, rows
from essaim.schemes.interchange import Issue, Record, read
from essaim.schemes.models import ImportState, SchemeImport, SchemeImportIssue
from essaim.themes.matching import Vocabulary

BATCH = 100
MOST_ISSUES = 20_000  # kept of one import: beyond, the file is of another format altogether
FORGOTTEN_AFTER = dt.timedelta(minutes=2)
_NAME = 255
# PostgreSQL's class of errors for a value beyond what it can hold or index.
TOO_MUCH = "54"
Counts = tuple[int, int, int]  # created, updated, unchanged

logger = logging.getLogger(__name__)


def deposit(
    *, file: File[bytes] | None = None, text: str = "", name: str = "", trial: bool, by: Any
) -> SchemeImport:
    """Keep the file, or the text that was pasted, and have a job read it."""
    content = file if file is not None else ContentFile(text.encode("utf-8", "replace"))
    shown = name.replace("\x00", "").strip()[-_NAME:] or _("Texte collé")
    language = translation.get_language() or settings.LANGUAGE_CODE
    made = SchemeImport(original_name=shown, trial=trial, by=by, language=language)
    made.file.save("", content, save=False)
    try:
        with transaction.atomic():
            made.save()
            _enqueue(made.pk)
    except Exception:
        made.file.delete(save=False)
        raise
    return made


def _enqueue(pk: int) -> None:
    from essaim.schemes.tasks import run_import

    run_import.defer(pk=pk)


def advance(pk: int) -> None:
    """Read the file to its end, from where the last job stopped."""
    found = SchemeImport.objects.filter(pk=pk, state=ImportState.RUNNING).first()
    if found is None:
        return
    with translation.override(found.language):
        try:
            with found.file.open("rb") as opened:
                everything = list(rows(cast(BinaryIO, opened)))
        except NotReadable as error:
            fail(pk, str(error))
            return
        except FileNotFoundError:
            fail(pk, _("Le fichier n’est plus là : déposez-le de nouveau."))
            return
        done = found.rows_done
        while _step(pk, done, everything[done : done + BATCH], len(everything)):
            done = min(done + BATCH, len(everything))


def _step(pk: int, done: int, part: list[Row], total: int) -> bool:
    """One batch, in one transaction; False: nothing is left, or another job took over."""
    with transaction.atomic():
        locked = SchemeImport.objects.select_for_update().get(pk=pk)
        if locked.state != ImportState.RUNNING or locked.rows_done != done:
            return False
        if not part:
            locked.finish()
            locked.save()
            _forget_file(locked)
            return False
        _write(locked, part)
        locked.rows_total, locked.rows_done = total, done + len(part)
        locked.touched_at = timezone.now()
        locked.save()
    return True


def _write(found: SchemeImport, part: list[Row]) -> None:
    issues = [Issue(line, "", row, refused=True) for line, row in part if isinstance(row, str)]
    readable = [(line, row) for line, row in part if not isinstance(row, str)]
    counts, noted = _taken(found, readable, Vocabulary.load())
    issues += noted
    found.created += counts[0]
    found.updated += counts[1]
    found.unchanged += counts[2]
    found.refused += len({issue.line for issue in issues if issue.refused})
    if found.issues.count() < MOST_ISSUES:
        SchemeImportIssue.objects.bulk_create(
            SchemeImportIssue(
                scheme_import=found,
                line=issue.line,
                field=issue.field,
                reason=str(issue.reason),
                refused=issue.refused,
            )
            for issue in issues
        )


def _taken(
    found: SchemeImport, readable: list[tuple[int, dict[str, Any]]], vocabulary: Vocabulary
) -> tuple[Counts, list[Issue]]:
    """Read and write these lines. What one of them breaks, it breaks alone: the others are
    written, halves by halves. A database out of reach is nobody's line: the job tries again."""
    if not readable:
        return (0, 0, 0), []
    try:
        with transaction.atomic():
            records, issues = read(readable, vocabulary)
            counts = _tried(records) if found.trial else write_records(records, by=found.by)
            return counts, issues
    except Exception as error:
        if _is_passing(error):
            raise
        if len(readable) == 1:
            line = readable[0][0]
            logger.exception("line %s of import %s of schemes was left out", line, found.pk)
            reason = _("Cette ligne n’a pas pu être écrite : vérifiez la longueur de ses valeurs.")
            return (0, 0, 0), [Issue(line, "", reason, refused=True)]
    half = len(readable) // 2
    first, noted = _taken(found, readable[:half], vocabulary)
    second, more = _taken(found, readable[half:], vocabulary)
    created, changed, same = (a + b for a, b in zip(first, second, strict=True))
    return (created, changed, same), noted + more


def _is_passing(error: Exception) -> bool:
    """The database cannot be reached, or two writers met: not a matter of the line."""
    state = str(getattr(error.__cause__, "sqlstate", None) or "")
    return isinstance(error, OperationalError | InterfaceError) and not state.startswith(TOO_MUCH)


def _tried(records: list[Record]) -> Counts:
    """What writing them would do."""
    new, changed = differing(records)
    return new, changed, len(records) - new - changed


def fail_unexpectedly(pk: int) -> None:
    found = SchemeImport.objects.get(pk=pk)
    with translation.override(found.language):
        fail(pk, _("Une erreur inattendue l’a arrêté ; ce qui est écrit le reste."))


@transaction.atomic
def fail(pk: int, message: str) -> None:
    locked = SchemeImport.objects.select_for_update().get(pk=pk)
    if locked.state == ImportState.RUNNING:
        locked.fail(message)
        locked.save()
        _forget_file(locked)


def _forget_file(found: SchemeImport) -> None:
    """It may hold personal addresses, and has served."""
    storage, name = found.file.storage, found.file.name or ""
    transaction.on_commit(lambda: storage.delete(name))


def resume_forgotten() -> None:
    """A worker that died leaves imports that nobody continues."""
    limit = timezone.now() - FORGOTTEN_AFTER
    running = SchemeImport.objects.filter(state=ImportState.RUNNING, started_at__lt=limit)
    for found in running.exclude(touched_at__gte=limit):
        _enqueue(found.pk)
