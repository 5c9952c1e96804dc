"""Reading: drafts that save themselves, submitting once and in time, declining, thinking again.

A save names the version it was made on: from two tabs, the second is told and overwrites nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from essaim.common import text
from essaim.common.errors import DomainError
from essaim.peers import notifications
from essaim.peers.conflicts import conflicts_of
from essaim.peers.models import Conflict, EarlierReading, Reading, ReadingState, State
from essaim.peers.rubric import overall

from .common import as_reader, check_state, lock_reading, reason_given

WORDS = 10_000


class EditConflict(DomainError):
    """Saved meanwhile from elsewhere; ``reading`` is as it stands."""

    def __init__(self, reading: Reading):
        super().__init__(
            _("Cette lecture a été enregistrée ailleurs entre-temps : rien n’a été écrasé.")
        )
        self.reading = reading


@transaction.atomic
def save_draft(reading: Reading, content: Mapping[str, Any], *, by: Any, version: int) -> Reading:
    """Keep what is written so far, complete or not, also past the deadline: nothing is lost.

    ``content``: ``answers`` {criterion: {"level", "why"}}, ``comment``, ``private_comment``.
    """
    _round, reading = lock_reading(reading)
    _check_reader(reading, by)
    if not reading.is_writable:
        raise DomainError(_("Cette lecture ne s’écrit plus."))
    return _write(reading, content, version)


def submit(reading: Reading, content: Mapping[str, Any], *, by: Any, version: int) -> Reading:
    """Once: the same form sent twice counts once. Late, the text is kept as a draft and the
    refusal says what to do."""
    with transaction.atomic():
        _round, reading = lock_reading(reading)
        _check_reader(reading, by)
        if reading.state == ReadingState.SUBMITTED and _same(reading, content):
            return reading
        if not reading.is_writable:
            raise DomainError(_("Cette lecture n’est plus à rendre."))
        _check_free(reading, by)
        reading = _write(reading, content, version)
        refusal = _what_stops(reading)
        if refusal is None:
            reading.submit()
            with as_reader(reading.seat, "submit_reading"):
                reading.save(update_fields=["state", "submitted_at"])
    # Outside the transaction: what was written is kept.
    if refusal is not None:
        raise refusal
    return reading


def _what_stops(reading: Reading) -> DomainError | None:
    if reading.is_late and reading.due_at is not None:
        return DomainError(
            _(
                "La date limite était le %(date)s : la lecture n’est pas rendue. Votre texte est"
                " gardé ; écrivez à l’animateur, qui peut vous accorder un délai."
            )
            % {"date": formats.date_format(timezone.localtime(reading.due_at), "DATETIME_FORMAT")}
        )
    criteria = list(reading.seat.college.criteria.all())
    missing = [
        criterion.title
        for criterion in criteria
        if not (reading.answers.get(str(criterion.pk)) or {}).get("level")
    ]
    if missing:
        return DomainError(
            _("Votre texte est gardé. Il manque un niveau pour : %(names)s.")
            % {"names": ", ".join(missing)},
        )
    if not reading.comment:
        return DomainError(
            _("Votre texte est gardé. Écrivez quelques mots pour le porteur avant de rendre."),
            field="comment",
        )
    return None


@transaction.atomic
def revise(reading: Reading, content: Mapping[str, Any], *, by: Any, version: int) -> Reading:
    """In the discussion a reader may change their mind; what they had submitted stays known."""
    _round, reading = lock_reading(reading)
    _check_reader(reading, by)
    _check_free(reading, by)
    if not reading.is_revisable:
        raise DomainError(_("Cette lecture ne se reprend plus."))
    if _same(reading, content):
        return reading
    before = EarlierReading(
        reading=reading,
        answers=reading.answers,
        comment=reading.comment,
        private_comment=reading.private_comment,
        submitted_at=reading.revised_at or reading.submitted_at or timezone.now(),
    )
    cleaned = clean(reading, content)
    if overall(reading.seat.college.criteria.all(), cleaned["answers"]) is None:
        raise DomainError(_("Chaque critère garde un niveau."))
    if not cleaned["comment"]:
        raise DomainError(_("Écrivez quelques mots pour le porteur."), field="comment")
    before.save()
    reading = _write(reading, content, version)
    reading.revised_at = timezone.now()
    with as_reader(reading.seat, "revise_reading"):
        reading.save(update_fields=["revised_at"])
    return reading


@transaction.atomic
def decline(reading: Reading, *, by: Any, reason: str, is_conflict: bool = False) -> Reading:
    """The reader will not read this one. A conflict is kept, so that it is not given back."""
    found, reading = lock_reading(reading)
    _check_reader(reading, by)
    reason = reason_given(reason)[:500]
    if reading.state == ReadingState.DECLINED:
        return reading
    check_state(found, State.READING)
    if reading.state != ReadingState.ASSIGNED:
        raise DomainError(_("Cette lecture est rendue : elle ne se décline plus."))
    reading.decline(reason)
    with as_reader(reading.seat, "decline_reading"):
        reading.save(update_fields=["state", "decline_reason"])
    if is_conflict:
        Conflict.objects.get_or_create(
            item=reading.item,
            side=Conflict.Side.READER,
            person=by,
            defaults={
                "kind": Conflict.Kind.OTHER, "reason": reason, "declared_by": by,
            },
        )  # fmt: skip
    notifications.reading_declined(reading)
    return reading


@transaction.atomic
def extend(reading: Reading, until: dt.datetime, *, by: Any) -> Reading:
    """A later deadline for this reader alone."""
    found, reading = lock_reading(reading)
    check_state(found, State.READING)
    if reading.state != ReadingState.ASSIGNED:
        raise DomainError(_("Cette lecture n’attend plus d’être rendue."))
    if until <= timezone.now():
        raise DomainError(_("Donnez une date à venir."), field="until")
    if reading.extended_to != until:
        reading.extended_to = until
        with pghistory.context(user=by.pk, action="extend_reading"):
            reading.save(update_fields=["extended_to"])
        notifications.delay_granted(reading)
    return reading


# --- inside ---------------------------------------------------------------------------------
def _check_reader(reading: Reading, by: Any) -> None:
    if reading.seat.user_id != by.pk:
        raise DomainError(_("Cette lecture n’est pas la vôtre."))


def _check_free(reading: Reading, by: Any) -> None:
    """A link with the item that appeared since the reading was given stops it."""
    if conflicts_of(reading.item, [by.pk]):
        raise DomainError(
            _("Un conflit d’intérêts avec ce que vous lisez est apparu : déclinez cette lecture.")
        )


def clean(reading: Reading, content: Mapping[str, Any]) -> dict[str, Any]:
    """Levels that exist, words within bounds; anything else is left out."""
    given = content.get("answers") or {}
    answers = {}
    for criterion in reading.seat.college.criteria.all():
        one = given.get(str(criterion.pk)) or {}
        level, why = one.get("level"), _words(one.get("why"))[:2000]
        if not isinstance(level, int) or not 1 <= level <= len(criterion.levels):
            level = None
        if level or why:
            answers[str(criterion.pk)] = {"level": level, "why": why}
    return {
        "answers": answers,
        "comment": _words(content.get("comment"))[:WORDS],
        "private_comment": _words(content.get("private_comment"))[:WORDS],
    }


def _words(value: Any) -> str:
    return text.clean(str(value or ""))


def _same(reading: Reading, content: Mapping[str, Any]) -> bool:
    new = clean(reading, content)
    return all(getattr(reading, name) == value for name, value in new.items())


def _write(reading: Reading, content: Mapping[str, Any], version: int) -> Reading:
    if _same(reading, content):
        return reading
    if version != reading.version:
        raise EditConflict(reading)
    for name, value in clean(reading, content).items():
        setattr(reading, name, value)
    reading.version += 1
    reading.saved_at = timezone.now()
    reading.save(update_fields=["answers", "comment", "private_comment", "version", "saved_at"])
    return reading
