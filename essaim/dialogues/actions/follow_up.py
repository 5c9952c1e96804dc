"""The meeting, and the year after it: roadmap, helpline, checks in the field."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.text import clean, one_line
from essaim.dialogues import notifications
from essaim.dialogues.models import Check, Dialogue, Helper, Proposal, Step

from .common import lock_going, lock_proposal


@transaction.atomic
def set_meeting(
    dialogue: Dialogue, *, by: Any, at: dt.datetime, place: str = "", link: str = ""
) -> Dialogue:
    """A place, a link, or both; the other party is told, again where it moves."""
    dialogue = lock_going(dialogue)
    place = one_line(place)
    if not place and not link:
        raise DomainError(_("Dites où : un lieu, ou un lien."), field="place")
    day = timezone.localdate(at)
    first = dialogue.campaign.opens_on - dt.timedelta(days=365)
    if not first <= day <= dialogue.campaign.ends_on + dt.timedelta(days=365):
        raise DomainError(_("Cette date est loin de celles de la campagne."), field="at")
    moved = (dialogue.meeting_at, dialogue.meeting_place, dialogue.meeting_link) != (
        at, place, link,
    )  # fmt: skip
    dialogue.meeting_at, dialogue.meeting_place, dialogue.meeting_link = at, place, link
    if moved:
        dialogue.held_on = None
    dialogue.save(update_fields=["meeting_at", "meeting_place", "meeting_link", "held_on"])
    if moved and dialogue.is_shared:
        notifications.meeting(dialogue, by=by)
    return dialogue


@transaction.atomic
def note_meeting(dialogue: Dialogue, *, on: dt.date, notes: str) -> Dialogue:
    dialogue = lock_going(dialogue)
    if on > timezone.localdate():
        raise DomainError(
            _("Cette date est à venir : notez la réunion une fois tenue."), field="on"
        )
    dialogue.held_on, dialogue.notes = on, clean(notes)
    dialogue.save(update_fields=["held_on", "notes"])
    return dialogue


@transaction.atomic
def say_for_territory(dialogue: Dialogue, words: str) -> Dialogue:
    dialogue = lock_going(dialogue)
    dialogue.territory_words = clean(words)
    dialogue.save(update_fields=["territory_words"])
    return dialogue


def _adopted(proposal: Proposal) -> Proposal:
    proposal = lock_proposal(proposal)
    if not proposal.is_chosen:
        raise DomainError(_("Cela se suit une fois la pratique adoptée."))
    return proposal


def _room(rows: Any) -> None:
    if rows.count() >= settings.DIALOGUES["lines"]:
        raise DomainError(_("%(n)s lignes au plus.") % {"n": settings.DIALOGUES["lines"]})


@transaction.atomic
def add_step(proposal: Proposal, *, submission: uuid.UUID, title: str, due_on: dt.date) -> Step:
    proposal = _adopted(proposal)
    known = made_by_form(Step.objects, submission, proposal=proposal)
    if known is not None:
        return known
    _room(proposal.steps)
    if due_on < proposal.proposed_on:
        raise DomainError(
            _("Cette étape serait finie avant que la pratique soit proposée."), field="due_on"
        )
    return Step.objects.create(
        proposal=proposal, submission=submission, title=one_line(title), due_on=due_on
    )


@transaction.atomic
def mark_step(step: Step, *, done: bool, on: dt.date | None = None) -> Step:
    _adopted(step.proposal)
    row = Step.objects.select_for_update().get(pk=step.pk)
    if done == (row.done_on is not None):
        return row
    row.done_on = (on or timezone.localdate()) if done else None
    row.save(update_fields=["done_on"])
    return row


@transaction.atomic
def remove_step(step: Step) -> None:
    _adopted(step.proposal)
    Step.objects.filter(pk=step.pk).delete()


@transaction.atomic
def add_helper(
    proposal: Proposal, *, submission: uuid.UUID, by: Any, name: str, contact: str, hours: str,
    topics: str = "",
) -> Helper:  # fmt: skip
    proposal = _adopted(proposal)
    known = made_by_form(Helper.objects, submission, proposal=proposal)
    if known is not None:
        return known
    _room(proposal.helpers)
    return Helper.objects.create(
        proposal=proposal, submission=submission, by=by, name=one_line(name),
        contact=one_line(contact), hours=one_line(hours), topics=one_line(topics),
    )  # fmt: skip


@transaction.atomic
def remove_helper(helper: Helper) -> None:
    _adopted(helper.proposal)
    Helper.objects.filter(pk=helper.pk).delete()


@transaction.atomic
def plan_check(
    proposal: Proposal, *, submission: uuid.UUID, by: Any, on: dt.date, seen: str = ""
) -> Check:
    """Planned where nothing is said of what was seen; seen, its day has come."""
    proposal = _adopted(proposal)
    known = made_by_form(Check.objects, submission, proposal=proposal)
    if known is not None:
        return known
    _room(proposal.checks)
    seen = clean(seen)
    _check_seen(proposal, on, seen)
    row = Check.objects.create(proposal=proposal, submission=submission, by=by, on=on, seen=seen)
    notifications.check(row, by=by)
    return row


@transaction.atomic
def note_check(check: Check, *, by: Any, on: dt.date, seen: str) -> Check:
    proposal = _adopted(check.proposal)
    seen = clean(seen)
    if not seen:
        raise DomainError(_("Dites ce qui a été vu."), field="seen")
    _check_seen(proposal, on, seen)
    row = Check.objects.select_for_update(of=("self",)).get(pk=check.pk)
    row.on, row.seen, row.by = on, seen, by
    row.save(update_fields=["on", "seen", "by"])
    notifications.check(row, by=by)
    return row


def _check_seen(proposal: Proposal, on: dt.date, seen: str) -> None:
    if seen and on > timezone.localdate():
        raise DomainError(_("Cette date est à venir : rien n’a pu y être vu."), field="on")
    if on < proposal.proposed_on:
        raise DomainError(_("La pratique n’était pas encore proposée."), field="on")


@transaction.atomic
def remove_check(check: Check) -> None:
    """One that was only planned: what was seen stays said."""
    _adopted(check.proposal)
    row = Check.objects.select_for_update(of=("self",)).filter(pk=check.pk).first()
    if row is None:
        return
    if row.seen:
        raise DomainError(_("Ce qui a été vu reste : ajoutez un autre constat."))
    row.delete()
