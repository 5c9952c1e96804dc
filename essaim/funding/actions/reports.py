"""Reports of the pilot, comments of the pool, private notes, reminders."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.months import add_months
from essaim.common.once import made_by_form
from essaim.funding import notifications, rules
from essaim.funding.models import (
    MOST_CENTS,
    Comment,
    Note,
    PilotReport,
    Pool,
    ReportIndicator,
    ReportSpending,
    State,
    Visit,
)
from essaim.people.models import Organisation

from .common import lock_pool, require_mandate, require_state


def _check_day(pool: Pool, on: dt.date) -> None:
    """A second period dates the pilot anew: a day may be of the first one."""
    if on > timezone.localdate():
        raise DomainError(_("Cette date est à venir."), field="on")
    begun = pool.piloting_on if pool.period == 1 else pool.opened_on
    if begun is not None and on < begun:
        raise DomainError(_("À cette date, le pilote n’avait pas commencé."), field="on")


@transaction.atomic
def report(
    pool: Pool,
    *,
    by: Any,
    submission: uuid.UUID,
    done: str,
    learnt: str = "",
    problems: str = "",
    spent_cents: int = 0,
    spending: Mapping[str, int] | None = None,
    indicators: Sequence[tuple[str, str]] = (),
    on: dt.date | None = None,
    sure: bool = False,
) -> PilotReport:
    """The same form twice is one report. Spending far beyond the plan asks for ``sure``.

    ``spending``: cents by line of the amount of a site (``ReportSpending.KINDS``), since the
    beginning; they then make ``spent_cents``.
    """
    if spending is not None:
        _check_spending(spending)
        spent_cents = sum(spending.values())
    pool = lock_pool(pool.pk)
    known = made_by_form(PilotReport.objects, submission, pool=pool, by=by)
    if known is not None:
        return known
    if not rules.can_report(by, pool):
        raise DomainError(_("Vous ne faites plus partie de ceux qui suivent ce pilote."))
    require_state(pool, State.PILOTING)
    day = on or timezone.localdate()
    _check_day(pool, day)
    if not done.strip():
        raise DomainError(_("Dites ce qui a été fait."), field="done")
    if spent_cents < 0 or spent_cents > MOST_CENTS:
        raise DomainError(_("Ce montant est hors de mesure."), field="spent_cents")
    if spent_cents > 10 * pool.site_cents and not sure:
        raise DomainError(
            _("Cette dépense dépasse dix fois le montant du pilote : relisez-la, puis cochez la case si c’est bien elle."),
            field="sure",
        )  # fmt: skip
    made = PilotReport.objects.create(
        submission=submission, pool=pool, period=pool.period, on=day, done=done.strip(),
        learnt=learnt.strip(), problems=problems.strip(), spent_cents=spent_cents, by=by,
    )  # fmt: skip
    ReportSpending.objects.bulk_create(
        ReportSpending(report=made, kind=kind, amount_cents=cents)
        for kind, cents in (spending or {}).items()
        if cents
    )
    ReportIndicator.objects.bulk_create(
        ReportIndicator(report=made, name=name, value=value) for name, value in indicators
    )
    pool.next_report_on = _next_report(pool, day)
    pool.save(update_fields=["next_report_on"])
    notifications.reported(pool, by=by)
    return made


def _next_report(pool: Pool, day: dt.date) -> dt.date:
    """After a report of that day: at the pool's rhythm, never nearer than what was announced, and
    to come, since who has just written is not late."""
    found = add_months(day, pool.report_months)
    if pool.next_report_on is not None:
        found = max(found, pool.next_report_on)
    while found <= timezone.localdate():
        found = add_months(found, pool.report_months)
    return found


def _check_spending(spending: Mapping[str, int]) -> None:
    known = dict(ReportSpending.KINDS)
    for kind, cents in spending.items():
        if kind not in known or not 0 <= cents <= MOST_CENTS:
            raise DomainError(_("Ce montant est hors de mesure."), field=f"spent_{kind}")


@transaction.atomic
def comment(
    found: PilotReport,
    *,
    by: Any,
    submission: uuid.UUID,
    text: str,
    organisation: Organisation | None = None,
) -> Comment:
    """Read by the pool and the holder, who are told. In the name of the one organisation of the
    pool that this person belongs to, or of the one given; of none for a manager."""
    pool = lock_pool(found.pool_id)
    known = made_by_form(Comment.objects, submission, report=found, by=by)
    if known is not None:
        return known
    if not text.strip():
        raise DomainError(_("Écrivez votre commentaire."), field="text")
    mine = list(rules.visiting_organisations(by, pool))
    if organisation is None and len(mine) < 2:
        organisation = mine[0] if mine else None
    elif organisation not in mine:
        raise DomainError(
            _("Dites au nom de laquelle de vos organisations vous commentez."), field="organisation"
        )
    made = Comment.objects.create(
        submission=submission, report=found, organisation=organisation, text=text.strip(), by=by
    )
    notifications.commented(pool, by=by)
    return made


@transaction.atomic
def note_visit(
    pool: Pool,
    *,
    by: Any,
    organisation: Organisation,
    submission: uuid.UUID,
    on: dt.date,
    seen: str,
    questions: str = "",
) -> Visit:
    """What a member of the pool saw on the site, told to all of the pool; the same form twice is
    one note."""
    pool = lock_pool(pool.pk)
    known = made_by_form(Visit.objects, submission, pool=pool, by=by)
    if known is not None:
        return known
    if not rules.visiting_organisations(by, pool).filter(pk=organisation.pk).exists():
        raise DomainError(
            _(
                "Seuls les membres du groupement, le porteur et le repreneur du pilote notent une visite."
            )
        )
    require_state(pool, State.PILOTING, State.REVIEWING, State.ACTIVATING)
    _check_day(pool, on)
    if not seen.strip():
        raise DomainError(_("Dites ce que vous avez vu."), field="seen")
    visit = Visit.objects.create(
        submission=submission, pool=pool, organisation=organisation, on=on, seen=seen.strip(),
        questions=questions.strip(), by=by,
    )  # fmt: skip
    notifications.visited(pool, by=by)
    return visit


@transaction.atomic
def write_note(
    pool: Pool, *, by: Any, organisation: Organisation, submission: uuid.UUID, text: str
) -> Note:
    """For one's own organisation; nobody else reads it, in any state of the pool."""
    require_mandate(by, organisation)
    known = made_by_form(Note.objects, submission, pool=pool, organisation=organisation, by=by)
    if known is not None:
        return known
    if not text.strip():
        raise DomainError(_("Écrivez votre note."), field="text")
    return Note.objects.create(
        submission=submission, pool=pool, organisation=organisation, text=text.strip(), by=by
    )


@transaction.atomic
def delete_note(note: Note, *, by: Any) -> None:
    require_mandate(by, note.organisation)
    Note.objects.filter(pk=note.pk).delete()


def remind_reports(today: dt.date | None = None) -> int:
    """Tell those whose report is due today or late; each announcement is told once a due date."""
    day = today or timezone.localdate()
    late = Pool.objects.filter(state=State.PILOTING, next_report_on__lte=day)
    for pool in late.select_related("initiative__holder", "lead"):
        notifications.report_due(pool)
    return late.count()
