"""A passage from its beginning to its report. Jobs do the long part.

Each batch writes its cards and its counts together: whatever stops a job, the next one reads the
source again and passes over what this passage has already taken.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.jobs import queued
from essaim.harvest import notifications
from essaim.harvest.actions import taking, vanishing
from essaim.harvest.failures import Broken
from essaim.harvest.models import Item, Run, Source

log = logging.getLogger(__name__)
FORGOTTEN_AFTER = dt.timedelta(seconds=120)
# What a manager must know at once: waiting for a second time would hide it.
_AT_ONCE = {"columns", "empty", "no_manager"}
# Somebody here stopped it: the partner's server did nothing wrong.
_NO_FAILURE = {"stopped", "changed"}
_READ_BY = ("url", "kind", "mapping", "other_hosts", "publish", "licence", "name")


def start(
    source: Source, *, by: Any = None, trial: bool = False, accepts_vanishing: bool = False
) -> Run:
    """Begin a passage, or a trial of ten records. Raises DomainError while one is under way."""
    try:
        with transaction.atomic():
            run = Run.objects.create(
                source=source, by=by, is_trial=trial, accepts_vanishing=accepts_vanishing
            )
            _enqueue(run.pk)
    except IntegrityError:
        raise DomainError(_("Un passage est déjà en cours sur cette source.")) from None
    return run


def launch(source: Source, *, by: Any, accepts_vanishing: bool = False) -> Run:
    """A passage asked by hand. Raises DomainError until a trial or a passage went well."""
    check_tried(source)
    return start(source, by=by, accepts_vanishing=accepts_vanishing)


def check_tried(source: Source) -> None:
    if Run.objects.needs_trial(source):
        raise DomainError(
            _(
                "Ce que l’on lit de la source a changé : essayez-la d’abord, un essai réussi est demandé."
            )
        )
    if not Run.objects.was_tried(source):
        raise DomainError(_("Essayez d’abord la source : un essai réussi est demandé."))


def start_nightly() -> int:
    """One passage over each scheduled source; returns how many began."""
    begun = 0
    for source in Source.objects.due():
        try:
            start(source)
        except DomainError:
            continue  # last night's is still under way
        begun += 1
    return begun


def _enqueue(pk: int) -> None:
    from essaim.harvest.tasks import run_harvest

    run_harvest.defer(pk=pk)


# --- the job ------------------------------------------------------------------------------
def advance(pk: int) -> None:
    """Do the passage to its end. Does nothing when it is over."""
    run = Run.objects.select_related("source__manager").filter(pk=pk, state="running").first()
    if run is None:
        return
    try:
        if not run.source.is_followed:
            raise Broken("no_manager")
        changed = run.source.reading_changed_at
        if changed is not None and run.started_at < changed:
            raise Broken("changed")  # asked of another reading: nobody tried this one
        taker = taking.Taker(run)
        taker.take_all()
        if not run.is_trial:
            vanishing.settle(run)
        _finish(run, taker)
    except taking.Superseded:
        return
    except Broken as broken:
        _fail(pk, broken.code, broken.params)


@transaction.atomic
def _finish(run: Run, taker: taking.Taker) -> None:
    source = Source.objects.select_for_update().get(pk=run.source_id)
    run = Run.objects.select_for_update().get(pk=run.pk)
    if not run.is_running:
        return
    run.finish()
    run.save()
    if run.is_trial:
        return
    source.failures = 0
    # Where someone changed meanwhile how it is read, what this answer said of itself is of no use.
    if all(getattr(source, name) == getattr(taker.source, name) for name in _READ_BY):
        source.fields_seen = taker.fields_kept or source.fields_seen
        if taker.body is not None:
            source.etag, source.last_modified = taker.body.etag, taker.body.last_modified
        if run.refused:
            source.etag = source.last_modified = ""  # what was refused is looked at again
    source.save(update_fields=["failures", "fields_seen", "etag", "last_modified"])
    if run.doubted:
        notifications.warn(run, notifications.DOUBTED)
    if run.created:
        from essaim.harvest.tasks import find_duplicates

        find_duplicates.defer(pk=run.pk)


@transaction.atomic
def _fail(pk: int, code: str, params: dict[str, Any]) -> None:
    """Say why; the manager is told when it is the second time in a row, or cannot wait. That nobody
    follows it, all managers are told once: it then waits in their workspace."""
    run = Run.objects.select_for_update().get(pk=pk)
    if not run.is_running:
        return
    run.fail(code, params)
    run.save()
    if run.is_trial or code in _NO_FAILURE:
        return
    source = Source.objects.select_for_update().get(pk=run.source_id)
    source.failures += 1
    source.etag = source.last_modified = ""
    source.save(update_fields=["failures", "etag", "last_modified"])
    if code == "no_manager":
        earlier = Run.objects.filter(source=source, is_trial=False, pk__lt=pk).order_by("-pk")
        if earlier.values_list("reason", flat=True).first() == code:
            return
    if source.failures >= settings.HARVEST["failures"] or code in _AT_ONCE:
        notifications.warn(run, notifications.BROKEN)


def give_up(pk: int) -> None:
    """After the last attempt of a job."""
    _fail(pk, "unexpected", {})


def resume_forgotten() -> int:
    """Enqueue again the passages that no job has touched for a while; returns how many."""
    limit = timezone.now() - FORGOTTEN_AFTER
    # A job that lives says so in ``touched_at``; a second one would leave at the first batch.
    forgotten = (
        Run.objects.annotate(seen=Coalesce(F("touched_at"), F("started_at")))
        .filter(state="running", seen__lt=limit)
        .exclude(pk__in=queued("harvest.run"))
    )
    count = 0
    for pk in list(forgotten.values_list("pk", flat=True)):
        with transaction.atomic():
            run = Run.objects.select_for_update().get(pk=pk)
            if run.is_running:
                run.touched_at = timezone.now()
                run.save(update_fields=["touched_at"])
                _enqueue(pk)
                count += 1
    return count


def forget_old(days: int) -> int:
    """Reports of passages; the last one of each source that did something stays."""
    limit = timezone.now() - dt.timedelta(days=days)
    kept = Item.objects.exclude(seen_in=None).values("seen_in")
    old = Run.objects.filter(started_at__lt=limit).exclude(state="running").exclude(pk__in=kept)
    return old.delete()[1].get("harvest.Run", 0)
