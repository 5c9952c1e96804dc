"""Inviting peers, and their answers."""

from __future__ import annotations

import secrets
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.peers import notifications
from essaim.peers.conflicts import conflicts_between
from essaim.peers.models import (
    College,
    Item,
    PeerProfile,
    Reading,
    ReadingState,
    Round,
    Seat,
    SeatState,
    State,
)

from .common import as_reader, check_state, lock_round, lock_seat

AT_ONCE = 200  # invitations sent by one form


@transaction.atomic
def invite_peer(college: College, user: Any, *, by: Any) -> Seat:
    """Someone who said « je suis pair ». Twice is once; who left or was cancelled is asked again."""
    found = lock_round(college.round_id)
    check_state(found, State.INVITING)
    profile = PeerProfile.objects.invitable().filter(user=user).first()
    if profile is None:
        raise DomainError(_("Cette personne n’accepte pas d’invitation en ce moment."))
    if by.pk == user.pk:
        raise DomainError(_("Qui conduit la lecture n’en est pas lecteur."))
    if _always_in_conflict(found, user.pk):
        raise DomainError(
            _("Cette personne est en conflit d’intérêts avec tout ce qui est à lire.")
        )
    seat = Seat.objects.select_for_update(no_key=True).filter(round=found, user=user).first()
    if seat is None:
        seat = Seat.objects.create(round=found, college=college, user=user, invited_by=by)
    elif seat.state in {SeatState.CANCELLED, SeatState.LEFT}:
        seat.invite_again()
        seat.college, seat.invited_by = college, by
        seat.save(update_fields=["state", "college", "invited_by"])
    else:
        return seat
    notifications.invited(seat)
    return seat


@transaction.atomic
def invite_address(college: College, email: str, *, by: Any) -> Seat:
    """Whoever owns an address, with or without an account: the same words and the same time
    either way. One message, and no reminder while they have not accepted."""
    from essaim.peers.tasks import send_invitation

    found = lock_round(college.round_id)
    check_state(found, State.INVITING)
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise DomainError(
            _("« %(email)s » n’est pas une adresse e-mail.") % {"email": email}, field="emails"
        ) from error
    seat = Seat.objects.select_for_update(no_key=True).filter(round=found, email=email).first()
    if seat is not None and seat.state not in {SeatState.CANCELLED, SeatState.LEFT}:
        return seat
    if seat is None:
        seat = Seat.objects.create(round=found, college=college, email=email, invited_by=by)
    else:
        seat.invite_again()
        seat.college, seat.invited_by = college, by
        seat.save(update_fields=["state", "college", "invited_by"])
    send_invitation.defer(pk=seat.pk)
    return seat


def _always_in_conflict(found: Round, user: int) -> bool:
    items = list(found.items.all())
    return bool(items) and len(conflicts_between(items, [user])) == len(items)


@transaction.atomic
def accept(seat: Seat, *, by: Any, max_load: int | None = None) -> Seat:
    """The invited person takes the seat; twice is once. They may have declined first."""
    found, seat = lock_seat(seat)
    if seat.state == SeatState.ACCEPTED and seat.user_id == by.pk:
        return seat
    check_state(found, State.INVITING, State.ASSIGNING)
    if not Seat.objects.of(by).filter(pk=seat.pk).exists():
        raise DomainError(_("Cette invitation n’est pas la vôtre."))
    if seat.state not in {SeatState.INVITED, SeatState.DECLINED}:
        raise DomainError(_("Cette invitation n’est plus valable."))
    other = Seat.objects.filter(round=found, user=by).exclude(pk=seat.pk).first()
    if other is not None:
        raise DomainError(_("Vous avez déjà une place dans cette lecture."))
    if _always_in_conflict(found, by.pk):
        raise DomainError(
            _(
                "Vous êtes en conflit d’intérêts avec tout ce qui est à lire : déclinez l’invitation."
            )
        )
    seat.user = by
    seat.number = seat.number or _free_number(found)
    seat.max_load = max_load
    seat.reason = ""
    seat.answered_at = timezone.now()
    seat.accept()
    _save_answer(seat, "accept_seat")
    return seat


@transaction.atomic
def decline(seat: Seat, *, by: Any, reason: str = "") -> Seat:
    """The reason is for managers; none is asked."""
    _round, seat = lock_seat(seat)
    if seat.state == SeatState.DECLINED:
        return seat
    if not Seat.objects.of(by).filter(pk=seat.pk).exists() or seat.state != SeatState.INVITED:
        raise DomainError(_("Cette invitation n’est plus à décliner."))
    # Known by account from now on: the address itself is no longer needed.
    if not Seat.objects.filter(round=seat.round_id, user=by).exclude(pk=seat.pk).exists():
        seat.user = by
    seat.reason = reason.strip()[:500]
    seat.answered_at = timezone.now()
    seat.decline()
    _save_answer(seat, "decline_seat")
    return seat


@transaction.atomic
def cancel(seat: Seat, *, by: Any) -> Seat:
    """A manager takes an unanswered invitation back."""
    _round, seat = lock_seat(seat)
    if seat.state == SeatState.CANCELLED:
        return seat
    if seat.state != SeatState.INVITED:
        raise DomainError(_("Cette personne a répondu : l’invitation ne s’annule plus."))
    seat.cancel()
    _save(seat, by, "cancel_seat")
    return seat


@transaction.atomic
def leave(seat: Seat, *, by: Any, reason: str = "") -> Seat:
    """A reader withdraws from the round: what is not submitted goes to others, the rest stays."""
    found, seat = lock_seat(seat)
    if seat.state == SeatState.LEFT:
        return seat
    if seat.state != SeatState.ACCEPTED or seat.user_id != by.pk:
        raise DomainError(_("Vous n’avez pas de place dans cette lecture."))
    check_state(found, State.INVITING, State.ASSIGNING, State.READING)
    seat.reason = reason.strip()[:500]
    seat.leave()
    _save_answer(seat, "leave_seat")
    readings = Reading.objects.select_for_update(no_key=True).filter(
        seat=seat, state=ReadingState.ASSIGNED
    )
    for reading in readings:
        reading.decline(seat.reason)
        reading.save(update_fields=["state", "decline_reason"])
    if found.state == State.READING:
        notifications.reader_left(seat)
    return seat


def _save(seat: Seat, by: Any, action: str) -> None:
    with pghistory.context(user=by.pk, action=action):
        seat.save()


def _save_answer(seat: Seat, action: str) -> None:
    with as_reader(seat, action):
        seat.save()


def _free_number(found: Round) -> int:
    """Drawn at random: an order of arrival would tell who is who. The round is locked."""
    used = set(Seat.objects.filter(round=found).values_list("number", flat=True))
    wanted = sum(College.objects.filter(round=found).values_list("size", flat=True))
    span = max(2 * wanted, 2 * (len(used) + 1))
    free = [number for number in range(1, span + 1) if number not in used]
    return secrets.choice(free)


def items_without_conflict(seat: Seat) -> list[Item]:
    """What this person may be given to read."""
    items = list(seat.round.items.all())
    barred = conflicts_between(items, [seat.user_id] if seat.user_id else [])
    return [item for item in items if (item.pk, seat.user_id) not in barred]
