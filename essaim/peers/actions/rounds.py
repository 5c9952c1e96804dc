"""The life of a round, from its creation to the discussion."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.peers import notifications, signals
from essaim.peers.models import (
    SETTING_UP,
    UNDER_WAY,
    College,
    CollegeKind,
    Criterion,
    Reading,
    ReadingState,
    Round,
    SeatState,
    State,
)
from essaim.peers.rubric import SIZES, Line, default_lines

from .common import check_can, check_state, lock_round, reason_given

DEADLINES = ("answer_by", "read_by", "discuss_by")
# What may change until the first reading is assigned, beside deadlines.
SETTINGS = (
    *("title", "purpose", "readers_hidden", "applicants_hidden"),
    *("readers_hidden_from_each_other", "reply_days"),
)
WEIGHTS = ("weight_themes", "weight_text", "weight_profession", "weight_territory")


@transaction.atomic
def create_round(
    *,
    title: str,
    by: Any,
    key: uuid.UUID | None = None,
    purpose: str = "",
    rubrics: Mapping[str, Sequence[Line]] | None = None,
    **fields: Any,
) -> Round:
    """A draft with its two colleges and the default rubric, or those of ``rubrics`` alone
    ({college: its lines}). The same form sent twice makes one."""
    title = title.strip()
    if not title:
        raise DomainError(_("Donnez un titre à la lecture."), field="title")
    known = made_by_form(Round.objects, key, created_by=by)
    if known is not None:
        return known
    found = Round.objects.create(
        submission=key, title=title, purpose=purpose, created_by=by, **fields
    )
    usual = (CollegeKind.INNOVATORS, CollegeKind.USERS)
    lines = rubrics or {kind.value: default_lines(kind) for kind in usual}
    for kind, rubric in lines.items():
        size = SIZES[CollegeKind(kind)]
        college = College.objects.create(round=found, kind=kind, size=size, per_item=size)
        _write_rubric(college, rubric)
    return found


@transaction.atomic
def change_settings(found: Round, values: Mapping[str, Any], *, by: Any) -> Round:
    """Title, purpose, anonymity while the round is being set up; deadlines until it ends.

    Once reading has begun a deadline may only be put later: nobody loses time they counted on.
    """
    found = lock_round(found)
    check_state(found, *UNDER_WAY)
    changed = []
    for name in (*SETTINGS, *WEIGHTS, "fair"):
        if name in values and getattr(found, name) != values[name]:
            if found.state not in SETTING_UP and name not in (*WEIGHTS, "fair"):
                raise DomainError(
                    _("La lecture a commencé : seules les échéances changent encore."), field=name
                )
            # What peers were told when they accepted does not change behind their back.
            if found.state != State.DRAFT and name in {
                "readers_hidden",
                "applicants_hidden",
                "readers_hidden_from_each_other",
            }:
                raise DomainError(
                    _(
                        "Les pairs ont été invités en sachant qui verrait quoi : cela ne change plus."
                    ),
                    field=name,
                )
            setattr(found, name, values[name])
            changed.append(name)
    for name in DEADLINES:
        if name in values and getattr(found, name) != values[name]:
            _check_deadline(found, name, values[name])
            setattr(found, name, values[name])
            changed.append(name)
    _check_order(found)
    if changed:
        with pghistory.context(user=by.pk, action="change_round"):
            found.save(update_fields=changed)
    return found


def _check_deadline(found: Round, name: str, value: dt.datetime | None) -> None:
    before = getattr(found, name)
    if found.state == State.DRAFT:
        return
    if value is None:
        raise DomainError(_("Une échéance annoncée ne se retire pas."), field=name)
    if found.state in {State.READING, State.DISCUSSING} and before and value < before:
        raise DomainError(
            _("Une échéance annoncée aux lecteurs ne peut être que repoussée."), field=name
        )


def _check_order(found: Round) -> None:
    given = [(name, getattr(found, name)) for name in DEADLINES if getattr(found, name)]
    for (_first, earlier), (name, later) in pairwise(given):
        if later <= earlier:
            raise DomainError(
                _("Les échéances se suivent : réponse des pairs, lectures, discussion."),
                field=name,
            )


@transaction.atomic
def set_college(
    college: College,
    *,
    size: int,
    per_item: int,
    max_load: int,
    min_load: int = 0,
    rubric: Sequence[Line] | None = None,
    by: Any,
) -> College:
    """Sizes and loads until readings are assigned; the rubric until peers are invited: they
    accept knowing what will be asked."""
    found = lock_round(college.round_id)
    check_state(found, *SETTING_UP)
    college = College.objects.get(pk=college.pk)
    if per_item > size:
        raise DomainError(
            _("Un objet ne peut pas être lu par plus de pairs que le collège n’en compte."),
            field="per_item",
        )
    if min_load > max_load:
        raise DomainError(
            _("Le minimum de lectures par pair ne dépasse pas le maximum."), field="min_load"
        )
    college.size, college.per_item = size, per_item
    college.max_load, college.min_load = max_load, min_load
    college.save(update_fields=["size", "per_item", "max_load", "min_load"])
    if rubric is not None and list(rubric) != rubric_of(college):
        if found.state != State.DRAFT:
            raise DomainError(_("Les pairs sont invités : la grille ne change plus."))
        if not rubric:
            raise DomainError(_("Une grille a au moins un critère."))
        college.criteria.all().delete()
        _write_rubric(college, rubric)
    return college


def rubric_of(college: College) -> list[Line]:
    return [
        Line(each.title, each.question, each.weight, list(each.levels))
        for each in college.criteria.all()
    ]


def _write_rubric(college: College, lines: Iterable[Line]) -> None:
    rows = []
    for position, line in enumerate(lines):
        levels = [level.strip() for level in line.levels if level.strip()]
        if not 2 <= len(levels) <= 6:
            raise DomainError(_("Un critère a de 2 à 6 niveaux, chacun décrit."))
        if not line.title.strip() or not line.question.strip():
            raise DomainError(_("Un critère a un titre et une question."))
        rows.append(
            Criterion(
                college=college,
                position=position,
                title=line.title.strip(),
                question=line.question.strip(),
                weight=line.weight,
                levels=levels,
            )
        )
    Criterion.objects.bulk_create(rows)


@transaction.atomic
def open_invitations(found: Round, *, by: Any) -> Round:
    """Peers may be invited. Raises DomainError where something is missing."""
    found = lock_round(found)
    if found.state == State.INVITING:
        return found
    check_state(found, State.DRAFT)
    if not found.items.exists():
        raise DomainError(_("Ajoutez d’abord ce qui est à lire."))
    if not all(getattr(found, name) for name in DEADLINES):
        raise DomainError(_("Donnez les trois échéances avant d’inviter."))
    if found.answer_by and found.answer_by <= timezone.now():
        raise DomainError(_("La date de réponse des pairs est déjà passée."))
    check_can(found, found.invite)
    found.invite()
    _save_state(found, by, "open_invitations")
    return found


@transaction.atomic
def close_invitations(found: Round, *, by: Any) -> Round:
    """Who has not answered is no longer expected to."""
    found = lock_round(found)
    if found.state == State.ASSIGNING:
        return found
    check_can(found, found.assign)
    if not found.seats.filter(state=SeatState.ACCEPTED).exists():
        raise DomainError(_("Aucun pair n’a encore accepté : attendez leurs réponses."))
    found.assign()
    _save_state(found, by, "close_invitations")
    return found


@transaction.atomic
def reopen_invitations(found: Round, *, by: Any) -> Round:
    found = lock_round(found)
    if found.state == State.INVITING:
        return found
    check_can(found, found.invite_more)
    found.invite_more()
    _save_state(found, by, "reopen_invitations")
    return found


@transaction.atomic
def open_discussion(found: Round, *, by: Any) -> Round:
    """Readers see each other's readings. Raises DomainError while someone may still submit."""
    found = lock_round(found)
    if found.state == State.DISCUSSING:
        return found
    check_can(found, found.discuss)
    readings = Reading.objects.filter(item__round=found)
    waiting = [
        reading
        for reading in readings.filter(state=ReadingState.ASSIGNED).select_related("item__round")
        if not reading.is_late
    ]
    if waiting:
        raise DomainError(
            ngettext(
                "Une lecture peut encore être rendue : attendez son échéance, ou retirez-la à son"
                " lecteur.",
                "%(number)s lectures peuvent encore être rendues : attendez leur échéance, ou"
                " retirez-les à leurs lecteurs.",
                len(waiting),
            )
            % {"number": len(waiting)}
        )
    if not readings.submitted().exists():
        raise DomainError(_("Aucune lecture n’est rendue : repoussez l’échéance, ou abandonnez."))
    found.discuss()
    _save_state(found, by, "open_discussion")
    notifications.discussion_opened(found)
    return found


@transaction.atomic
def abandon(found: Round, reason: str, *, by: Any) -> Round:
    """Without blame; readers who have something to read are told, and nothing is published. Sends
    ``round_abandoned``."""
    found = lock_round(found)
    if found.state == State.ABANDONED:
        return found
    check_can(found, found.abandon)
    reason = reason_given(reason)
    was_reading = found.state in {State.READING, State.DISCUSSING}
    found.abandon(reason)
    _save_state(found, by, "abandon_round", "abandon_reason")
    signals.round_abandoned.send(sender=Round, round=found)
    if was_reading:
        notifications.round_abandoned(found)
    return found


@transaction.atomic
def conclude_for(found: Round, *, by: Any) -> Round:
    """The room that made it has decided, with its own words to each: nothing is concluded item by
    item. Sends ``round_concluded``."""
    found = lock_round(found)
    if found.state == State.CONCLUDED:
        return found
    check_can(found, found.conclude)
    found.conclude()
    _save_state(found, by, "conclude_round", "concluded_at")
    signals.round_concluded.send(sender=Round, round=found)
    return found


def _save_state(found: Round, by: Any, action: str, *fields: str) -> None:
    found.decided_by = by
    try:
        with transaction.atomic(), pghistory.context(user=by.pk, action=action):
            found.save(update_fields=["state", "decided_by", *fields])
    except IntegrityError as error:  # a constraint whose words people can act on
        for constraint in Round._meta.constraints:
            if constraint.name in str(error):
                raise DomainError(str(constraint.violation_error_message)) from error
        raise
