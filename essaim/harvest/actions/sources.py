"""Adding a source, changing it, scheduling it, removing it."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.common import outbound
from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.harvest.actions.runs import check_tried
from essaim.harvest.models import Run, Source
from essaim.harvest.reading.mapping import TARGETS

FIELDS = (
    *("name", "kind", "url", "licence", "other_hosts", "mapping", "publish"),
    *("is_complete", "withdraw_days", "delay_seconds"),
)
# What is read, how, and what its absence means: where one of these changes, a trial is asked anew.
READING = ("kind", "url", "mapping", "is_complete")


@transaction.atomic
def add_source(values: dict[str, Any], *, key: uuid.UUID, by: Any) -> Source:
    """Keep a source, to be tried. Sent twice, the form adds one."""
    known = made_by_form(Source.objects, key, manager=by)
    if known is not None:
        return known
    source = Source(submission=key, manager=by, **{name: values[name] for name in FIELDS})
    _check(source)
    source.save()
    return source


@transaction.atomic
def change_source(source: Source, values: dict[str, Any], *, by: Any) -> Source:
    """Who changes a source follows it from then on. What was kept of its last answer is forgotten:
    the next passage reads all of it. Where what is read, or how, changes, the source is no longer
    read each night: it is to be tried, then scheduled again."""
    source = _lock(source)
    if any(getattr(source, name) != values[name] for name in READING):
        source.reading_changed_at = timezone.now()
        if can_proceed(source.pause):
            source.pause()
    for name in FIELDS:
        setattr(source, name, values[name])
    source.manager = by
    source.etag = source.last_modified = ""
    source.fields_seen = []
    _check(source)
    source.save()
    return source


def _check(source: Source) -> None:
    """Its address may be asked, and belongs to no other source."""
    try:
        outbound.look_at(source.url, hosts=source.hosts)
    except outbound.Refused as refused:
        # A name that does not answer today may tomorrow: the trial will say.
        if refused.code != "unknown_host":
            raise DomainError(refused.message, field="url") from None
    unknown = set(source.mapping) - set(TARGETS)
    if unknown:
        raise DomainError(
            _("La correspondance nomme un champ inconnu : %(name)s.") % {"name": min(unknown)}
        )
    others = Source.objects.filter(kind=source.kind, url=source.url).exclude(pk=source.pk)
    if others.exists():
        raise DomainError(_("Cette adresse est déjà moissonnée."), field="url")


@transaction.atomic
def schedule(source: Source, *, by: Any) -> Source:
    """From now on, each night. Raises DomainError until a trial or a passage went well since it is
    read as it is."""
    source = _lock(source)
    if source.state == Source.State.SCHEDULED:
        return source
    check_tried(source)
    source.schedule()
    source.manager = by
    source.save()
    return source


@transaction.atomic
def pause(source: Source) -> Source:
    """No longer each night; a passage under way stops at its next batch."""
    source = _lock(source)
    if can_proceed(source.pause):
        source.pause()
        source.save()
    return source


@transaction.atomic
def remove_source(source: Source, *, by: Any) -> None:
    """Forget a source and its reports; its cards stay, credited on themselves. Raises DomainError
    while a passage is under way."""
    source = _lock(source)
    if Run.objects.filter(source=source, state=Run.State.RUNNING).exists():
        raise DomainError(_("Un passage est en cours : suspendez la source, et attendez sa fin."))
    with pghistory.context(user=by.pk, action="remove"):
        source.delete()


def _lock(source: Source) -> Source:
    return Source.objects.select_for_update().get(pk=source.pk)
