"""Words among readers, and between a reader and the managers. Holders read neither."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.text import clean
from essaim.peers import notifications, runners
from essaim.peers.conflicts import conflicts_of
from essaim.peers.models import Item, Message, Reading, Round, Seat, State
from essaim.peers.rules import can_run

from .common import check_state, lock_round

PER_THREAD = 500


@transaction.atomic
def discuss(item: Item, text: str, *, by: Any, key: uuid.UUID) -> Message:
    """Among those who submitted a reading of this item, with the managers who run the round."""
    found = lock_round(item.round_id)
    said = made_by_form(Message.objects, key, author=by, item=item)
    if said is not None:
        return said
    check_state(found, State.DISCUSSING)
    reading = Reading.objects.of(by).submitted().filter(item=item).select_related("seat").first()
    seat = reading.seat if reading is not None else None
    if seat is not None and conflicts_of(item, [by.pk]):
        raise DomainError(
            _("Un conflit d’intérêts est apparu : cette discussion n’est plus la vôtre.")
        )
    if seat is None and not can_run(by, found):
        raise DomainError(_("Seuls ceux qui ont rendu leur lecture en discutent."))
    return _write(text, key, by, item=item, author_seat=seat)


@transaction.atomic
def write_to_manager(seat: Seat, text: str, *, by: Any, key: uuid.UUID) -> Message:
    """By the reader to the managers, or by a manager to the reader; the other side is told."""
    found = lock_round(seat.round_id)
    said = made_by_form(Message.objects, key, author=by, seat=seat)
    if said is not None:
        return said
    if found.state == State.ABANDONED:
        raise DomainError(_("Cette lecture est abandonnée : on n’y écrit plus."))
    seat = Seat.objects.select_related("user", "round").get(pk=seat.pk)
    is_reader = seat.user_id == by.pk
    message = _write(text, key, by, seat=seat, author_seat=seat if is_reader else None)
    if is_reader:
        notifications.reader_wrote(message, whom_to_tell(seat))
    else:
        notifications.manager_wrote(message)
    return message


def whom_to_tell(seat: Seat) -> list[Any]:
    """Those who conduct this round: who made it, who invited, who wrote in the thread and, of a call,
    all its officers; where none of them may any more, all managers who may."""
    from essaim.peers.barred import managers_free_for

    found: Round = seat.round
    people = {found.created_by_id, seat.invited_by_id} | runners.people_of(found)
    people |= set(seat.messages.filter(author_seat=None).values_list("author", flat=True))
    free = [person for person in managers_free_for(found) if person.pk != seat.user_id]
    return [person for person in free if person.pk in people] or free


def _write(text: str, key: uuid.UUID, by: Any, **where: Any) -> Message:
    text = clean(text)
    if not text:
        raise DomainError(_("Écrivez votre message."), field="text")
    thread = {name: value for name, value in where.items() if name != "author_seat"}
    if Message.objects.filter(**thread).count() >= PER_THREAD:
        raise DomainError(_("Cette discussion est pleine."))
    return Message.objects.create(submission=key, author=by, text=text[:5000], **where)
