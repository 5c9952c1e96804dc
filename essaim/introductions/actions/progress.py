"""From a first exchange to what came of it; either side says it for both."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.states import move
from essaim.common.text import clean
from essaim.contributions.actions.interest import close_interest
from essaim.contributions.models import Interest
from essaim.initiatives.actions.cards import lock_card
from essaim.introductions import notifications
from essaim.introductions.models import Introduction, Outcome
from essaim.introductions.signals import replication_begun

from .common import locked
from .replicating import begin_replication
from .requests import _lock_interest


@transaction.atomic
def note_exchange(introduction: Introduction, *, by: Any, on: dt.date) -> Introduction:
    """A day to come is agreed on; a day that has come was the exchange."""
    return _note(introduction, "exchange", "exchange_on", on)


@transaction.atomic
def note_visit(introduction: Introduction, *, by: Any, on: dt.date) -> Introduction:
    """As an exchange; a visit without an exchange before it is one."""
    return _note(introduction, "visit", "visit_on", on)


def _note(introduction: Introduction, transition: str, field: str, on: dt.date) -> Introduction:
    introduction = locked(introduction)
    if not introduction.is_going:
        move(introduction, transition, on)  # refuses, with words
    today = timezone.localdate()
    if abs((on - today).days) > settings.INTRODUCTIONS["farthest_days"]:
        raise DomainError(_("Vérifiez l’année de cette date."), field="on")
    already = introduction.state == "visited" or (
        transition == "exchange" and introduction.state == "exchanged"
    )
    if on > today and not already:
        setattr(introduction, field, on)
        introduction.reminders, introduction.reminded_on = 0, None
        introduction.save()
        return introduction
    if already:  # corrected, or said a second time
        if on > today:
            raise DomainError(_("C’est déjà fait : la date ne peut être à venir."), field="on")
        setattr(introduction, field, on)
    else:
        move(introduction, transition, on)
    introduction.save()
    return introduction


@transaction.atomic
def close(
    introduction: Introduction,
    *,
    by: Any,
    outcome: str,
    note: str = "",
    ask_again_on: dt.date | None = None,
) -> Introduction:
    """What came of it, for both sides. Said twice alike it is once; otherwise, of two sides who
    say it at once, the second reads what the first said. A replication begun is told once."""
    note = clean(note)
    if outcome not in Outcome.values:
        raise DomainError(_("Dites ce qu’il en a été."), field="outcome")
    if outcome == Outcome.NO and not note:
        raise DomainError(_("Dites pourquoi : cela servira aux suivants."), field="note")
    today = timezone.localdate()
    if outcome == Outcome.NOT_NOW and (ask_again_on is None or ask_again_on <= today):
        raise DomainError(_("Donnez une date à venir où en reparler."), field="ask_again_on")
    lock_card(introduction.card)
    interest = _lock_interest(introduction)
    introduction = locked(introduction)
    if introduction.state == Introduction.State.CLOSED and introduction.outcome == outcome:
        return introduction
    move(introduction, "close", outcome, note, ask_again_on)
    introduction.save()
    if outcome == Outcome.REPLICATION:
        begin_replication(introduction, by=by)
        replication_begun.send(sender=Introduction, introduction=introduction, by=by)
    elif outcome == Outcome.NO and interest is not None and interest.state in Interest.OPEN:
        close_interest(interest, by=by)
    notifications.closed(introduction, by=by)
    return introduction
