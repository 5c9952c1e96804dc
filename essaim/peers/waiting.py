"""What waits for a person in readings by peers (see ``common.waiting``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common import waiting
from essaim.common.waiting import Rows, Waiting, one_by_one
from essaim.peers.models import Item, Reading, ReadingState, Round, Seat, State
from essaim.peers.steps import status_of
from essaim.people.rules import can_manage

AT_MOST = 50


def _day(value: dt.datetime | None) -> dt.date | None:
    return timezone.localtime(value).date() if value else None


def _invitations(user: Any) -> Iterator[Rows]:
    yield one_by_one(
        Seat.objects.to_answer(user).select_related("round").order_by("pk")[:AT_MOST],
        lambda seat: Waiting(
            title=_("Accepter ou décliner une invitation de pair"),
            url=seat.get_absolute_url(),
            about=seat.round.title,
            due=_day(seat.round.answer_by),
            since=seat.invited_at,
        ),
    )


def _readings(user: Any) -> Iterator[Rows]:
    rows = Reading.objects.of(user).to_do().select_related("item__round").order_by("pk")
    yield one_by_one(
        rows[:AT_MOST],
        lambda reading: Waiting(
            title=_("Lire et rendre votre lecture"),
            url=reading.get_absolute_url(),
            about=reading.item.title,
            due=_day(reading.due_at),
            since=reading.assigned_at,
        ),
    )


def _feedback(user: Any) -> Iterator[Rows]:
    rows = (
        Item.objects.spoken_for_by(user)
        .filter(
            conclusion__shared_at__isnull=False,
            conclusion__replied_at=None,
            conclusion__concluded_at=None,
            conclusion__reply_by__gt=timezone.now(),
        )
        .select_related("conclusion")
    )
    yield one_by_one(
        rows.order_by("pk")[:AT_MOST],
        lambda item: Waiting(
            title=_("Lire le retour des pairs, et y répondre si vous le voulez"),
            url=reverse("peers:feedback", args=[item.pk]),
            about=item.title,
            due=_day(item.conclusion.reply_by),
            since=item.conclusion.shared_at,
        ),
    )


def _rounds(user: Any) -> Iterator[Rows]:
    """The rounds where a manager acts next: to prepare, to assign, when all is read, or past
    their date."""
    if not can_manage(user):
        return
    read = Reading.objects.filter(item__round=OuterRef("pk"))
    rows = Round.objects.visible_to(user).under_way().order_by("created_at", "pk")
    rows = rows.annotate(
        is_read=Exists(read.submitted()) & ~Exists(read.filter(state=ReadingState.ASSIGNED))
    )
    yield Rows(rows[:AT_MOST], _to_run)


def _to_run(rounds: Iterable[Any]) -> Iterator[Waiting]:
    for found in rounds:
        status = status_of(found)
        all_read = found.state == State.READING and found.is_read
        if not (found.state in {State.DRAFT, State.ASSIGNING} or status.is_late or all_read):
            continue
        yield Waiting(
            title=_("Ouvrir la discussion : toutes les lectures sont rendues")
            if all_read
            else _("Conduire une lecture par les pairs : %(step)s")
            % {"step": str(status.title).lower()},
            url=found.get_absolute_url(),
            about=found.title,
            due=_day(status.due_at),
            since=found.created_at,
        )


def register() -> None:
    waiting.register("peers.invitations", _invitations)
    waiting.register("peers.readings", _readings)
    waiting.register("peers.feedback", _feedback)
    waiting.register("peers.rounds", _rounds)
