"""A call made of another: a template, an earlier one, the wave before."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import File
from django.db import transaction

from essaim.calls.content import blocks_now
from essaim.calls.models import (
    Call,
    CallDocument,
    Criterion,
    EligibilityRule,
    FormVersion,
    Officer,
    Series,
    State,
)
from essaim.common.once import made_by_form
from essaim.people.models import Membership, Organisation

from .setting import free_slug

COPIED = (
    *("kind", "summary", "sections", "skips", "state_names", "applicant_kinds"),
    *("persons_may_apply", "administration", "most_for_one", "consortium", "needs_evaluator"),
    "most_in_all_waves",
    *("zone", "budget_cents", "laureates_number", "service", "contact_email", "contact_phone"),
    *("answer_days", "appeal", "appeal_days", "support", "no_replication_reason", "blind"),
    *("readers_hidden", "little_proof_reason"),
)


@transaction.atomic
def copy_call(
    source: Call, *, by: Any, submission: uuid.UUID, title: str, organiser: Organisation,
    is_template: bool = False, permanent: bool = False,
) -> Call:  # fmt: skip
    """Everything but the calendar, the applications and who runs it; the same form twice copies
    once. A copy of a permanent call, or one asked to be so, begins waves of its own, as far from
    each other as those of its source."""
    known = made_by_form(Call.objects, submission, created_by=by)
    if known is not None:
        return known
    title = " ".join(title.split())
    series = None
    if permanent or source.series is not None:
        days = source.series.days_between if source.series else 0
        series = Series.objects.create(
            title=title, slug=free_slug(title, Series), days_between=days
        )
    made = _copied(
        source, series=series, wave=1 if series else None, submission=submission, title=title, slug=free_slug(title, Call),
        organiser=organiser, created_by=by, is_template=is_template, form_draft=blocks_now(source),
    )  # fmt: skip
    if Membership.objects.filter(user=by, organisation=organiser).exists():
        Officer.objects.create(call=made, user=by, by=by)
    return made


def next_wave(call: Call, series: Series, *, by: Any = None) -> Call:
    """The wave after this one: the one that was prepared, or a copy of this one, as long, some
    days later (``days_between``) by the clock of its zone. The caller holds the series."""
    number = (call.wave or 0) + 1
    known = Call.objects.filter(series=series, wave=number).first()
    if known is not None:
        return known
    opens, closes = next_dates(call, series.days_between)
    made = _copied(
        call, submission=uuid.uuid4(), title=call.title,
        slug=free_slug(f"{series.title} {number}", Call), organiser=call.organiser, created_by=by,
        series=series, wave=number, opens_at=opens, closes_at=closes,
        form_number=1, form_draft=call.form_draft,
    )  # fmt: skip
    latest = FormVersion.objects.filter(call=call, number=call.form_number).first()
    if latest is not None:
        FormVersion.objects.create(call=made, number=1, blocks=latest.blocks, by=by)
    else:
        Call.objects.filter(pk=made.pk).update(form_number=0)
        made.form_number = 0
    for officer in Officer.objects.filter(call=call):
        Officer.objects.create(call=made, user_id=officer.user_id, by=by)
    return made


def next_dates(call: Call, days_between: int) -> tuple[dt.datetime, dt.datetime]:
    """The same hours on the wall, whatever the clock changes between."""
    assert call.opens_at and call.closes_at
    clock = ZoneInfo(call.zone)
    opened, closed = call.opens_at.astimezone(clock), call.closes_at.astimezone(clock)
    lasts = max((closed.date() - opened.date()).days, 1)
    opens = closed + dt.timedelta(days=days_between)  # on the wall: a zone is attached
    # Same zone on both sides: the addition keeps the hour, and its offset is computed anew.
    return opens, opens + dt.timedelta(days=lasts)


def _copied(source: Call, **fields: Any) -> Call:
    made = Call.objects.create(
        state=State.DRAFT, copied_from=source,
        **{name: getattr(source, name) for name in COPIED}, **fields,
    )  # fmt: skip
    for name in ("themes", "territories", "initiatives"):
        getattr(made, name).set(getattr(source, name).all())
    for row in source.criteria.all():
        Criterion.objects.create(
            call=made, position=row.position, college=row.college, title=row.title,
            question=row.question, weight=row.weight, levels=row.levels,
            is_transfer=row.is_transfer,
        )  # fmt: skip
    for rule in source.rules.all():
        EligibilityRule.objects.create(
            call=made, position=rule.position, test=rule.test, field=rule.field, value=rule.value,
            says=rule.says, is_blocking=rule.is_blocking,
        )  # fmt: skip
    for document in source.documents.all():
        _copy_document(document, made)
    return made


def _copy_document(document: CallDocument, call: Call) -> None:
    """Its own file: removing one leaves the other."""
    copied = CallDocument(
        call=call, title=document.title, file_name=document.file_name,
        media_type=document.media_type, size=document.size, sha256=document.sha256,
        by_id=document.by_id,
    )  # fmt: skip
    try:
        with document.file.open("rb") as opened:
            copied.file.save(document.file_name, File(opened), save=False)
    except FileNotFoundError:
        return
    copied.save()
