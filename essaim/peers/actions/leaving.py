"""A person leaves the platform: what they read stays, without them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from essaim.peers import notifications
from essaim.peers.actions.common import as_reader
from essaim.peers.models import (
    Conclusion,
    Conflict,
    Declaration,
    EarlierReading,
    Message,
    PeerProfile,
    Reading,
    ReadingState,
    Round,
    Seat,
    SeatState,
    State,
)


@transaction.atomic
def forget_person(user: Any) -> None:
    """Readings submitted and words said stay, credited to « lecteur 7 »; drafts, reasons, profile
    and declarations go; what was still to read goes to others."""
    for seat in Seat.objects.select_for_update(no_key=True).filter(user=user):
        for reading in Reading.objects.filter(seat=seat, state=ReadingState.ASSIGNED):
            with as_reader(seat, "leave_reading"):
                reading.decline("")
                reading.save(update_fields=["state", "decline_reason"])
        if seat.state == SeatState.ACCEPTED:
            seat.leave()
            if seat.round.state == State.READING:
                notifications.reader_left(seat)
        elif seat.state == SeatState.INVITED:
            seat.cancel()
        seat.user, seat.email, seat.reason = None, "", ""
        with as_reader(seat, "leave_seat"):
            seat.save()
    addresses = [
        address.lower()
        for address in EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    ]
    for seat in Seat.objects.filter(email__in=addresses, state=SeatState.INVITED):
        seat.cancel()
        seat.email = ""
        seat.save()
    Seat.objects.filter(email__in=addresses).update(email="")
    # Drafts, whatever became of them: declined, taken back by a manager, never finished.
    Reading.objects.filter(seat__user=None).exclude(state=ReadingState.SUBMITTED).update(
        answers={}, comment="", private_comment="", decline_reason="", version=0
    )
    for model, column in (
        (Message, "author"), (Round, "created_by"), (Round, "decided_by"),
        (Conclusion, "replied_by"), (Conflict, "declared_by"),
    ):  # fmt: skip
        model.objects.filter(**{column: user}).update(**{column: None})
    Conflict.objects.filter(person=user).delete()
    Conflict.objects.filter(email__in=addresses).delete()
    Declaration.objects.filter(user=user).delete()
    PeerProfile.objects.filter(user=user).delete()


@transaction.atomic
def forget_ended_rounds(days: int) -> int:
    """What names people in rounds that ended ``days`` ago: addresses invited, reasons to decline,
    conflicts, threads with managers, drafts never submitted. Readings and conclusions stay."""
    limit = timezone.now() - dt.timedelta(days=days)
    ended = Round.objects.filter(state=State.CONCLUDED, concluded_at__lt=limit) | (
        Round.objects.filter(state=State.ABANDONED).filter(
            Q(read_by__lt=limit) | Q(read_by=None, created_at__lt=limit)
        )
    )
    pks = list(ended.values_list("pk", flat=True))
    gone, _models = Message.objects.filter(seat__round__in=pks).delete()
    gone += Conflict.objects.filter(item__round__in=pks).delete()[0]
    gone += (
        Seat.objects.filter(round__in=pks).exclude(email="", reason="").update(email="", reason="")
    )
    unsent = Reading.objects.filter(item__round__in=pks).exclude(state=ReadingState.SUBMITTED)
    gone += unsent.exclude(answers={}, comment="", private_comment="", decline_reason="").update(
        answers={}, comment="", private_comment="", decline_reason=""
    )
    gone += EarlierReading.objects.filter(reading__item__round__in=pks).delete()[0]
    return gone
