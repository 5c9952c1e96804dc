"""One function per message: who is told what, at the moment it becomes true.

Nothing said here names a reader to a holder: announcements keep a kind and a key, and the author
of an act is not kept where it would tell who reads.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from essaim.following.actions import tell
from essaim.peers.models import Item, Message, Reading, ReadingState, Round, Seat, SeatState

SEAT, READING, ITEM, THREAD = "peer_seat", "peer_reading", "peer_item", "peer_thread"
INVITED, ASSIGNED, REMINDED = "peer_invited", "readings_assigned", "readings_due"
REMOVED, DECLINED, LEFT = "reading_removed", "reading_declined", "reader_left"
EXTENDED, DISCUSSION, ABANDONED = "reading_extended", "discussion_opened", "round_abandoned"
FEEDBACK, REPLIED, CONCLUDED = "peer_feedback", "peer_replied", "peer_concluded"
FROM_READER, FROM_MANAGER = "reader_wrote", "manager_wrote"


def invited(seat: Seat) -> None:
    tell(seat.user, INVITED, SEAT, str(seat.pk), waits=True)


def readings_assigned(seats: list[Seat]) -> None:
    """One message each, however many readings."""
    for seat in seats:
        tell(seat.user, ASSIGNED, SEAT, str(seat.pk), waits=True)


def reminded(seat: Seat) -> None:
    tell(seat.user, REMINDED, SEAT, str(seat.pk), waits=True, once=f"reminder-{seat.reminders}")


def reading_removed(reading: Reading) -> None:
    tell(reading.seat.user, REMOVED, SEAT, str(reading.seat_id))


def reading_declined(reading: Reading) -> None:
    """It waits for the managers who conduct the round: someone is to be found."""
    _tell_conductors(reading.seat, DECLINED)


def reader_left(seat: Seat) -> None:
    _tell_conductors(seat, LEFT)


def _tell_conductors(seat: Seat, verb: str) -> None:
    from essaim.peers.actions.talk import whom_to_tell

    for person in whom_to_tell(seat):
        tell(person, verb, THREAD, str(seat.pk), waits=True)


def delay_granted(reading: Reading) -> None:
    tell(reading.seat.user, EXTENDED, READING, str(reading.pk), waits=True)


def discussion_opened(found: Round) -> None:
    for seat in _seats_with(found, ReadingState.SUBMITTED):
        tell(seat.user, DISCUSSION, SEAT, str(seat.pk), waits=True, once="once")


def round_abandoned(found: Round) -> None:
    for seat in _seats_with(found, ReadingState.ASSIGNED, ReadingState.SUBMITTED):
        tell(seat.user, ABANDONED, SEAT, str(seat.pk), once="once")


def _seats_with(found: Round, *states: str) -> list[Seat]:
    return list(
        Seat.objects.filter(round=found, state=SeatState.ACCEPTED, readings__state__in=states)
        .select_related("user")
        .distinct()
        .order_by("pk")
    )


def feedback_shared(item: Item) -> None:
    for person in holders_of(item):
        tell(person, FEEDBACK, ITEM, str(item.pk), waits=True, once="once")


def holder_replied(item: Item) -> None:
    from essaim.peers.barred import managers_free_for

    free = managers_free_for(item.round)
    conductor = [person for person in free if person.pk == item.round.created_by_id]
    for person in conductor or free:
        tell(person, REPLIED, ITEM, str(item.pk), waits=True, once="once")


def concluded(item: Item) -> None:
    for person in holders_of(item):
        tell(person, CONCLUDED, ITEM, str(item.pk), waits=True, once="once")


def reader_wrote(message: Message, managers: list[Any]) -> None:
    for person in managers:
        tell(person, FROM_READER, THREAD, str(message.seat_id), waits=True, once=str(message.pk))


def manager_wrote(message: Message) -> None:
    if message.seat is not None:
        tell(
            message.seat.user, FROM_MANAGER, SEAT, str(message.seat_id),
            waits=True, by=message.author, once=str(message.pk),
        )  # fmt: skip


def holders_of(item: Item) -> list[Any]:
    """Those to whom the feedback is addressed: the team of the card, or who is named on it."""
    from essaim.contributions.team import whom_to_tell

    people = {person.pk: person for person in item.people.filter(is_active=True)}
    if item.initiative is not None:
        people |= {person.pk: person for person in whom_to_tell(item.initiative)}
    return [people[pk] for pk in sorted(people)]


def invited_by_address(seat: Seat) -> None:
    """To an address without account: one message, in the site's first language, on commit."""
    found = seat.round
    with translation.override(settings.LANGUAGE_CODE):
        due = formats.date_format(timezone.localtime(found.answer_by), "DATETIME_FORMAT")
        body = _(
            "Vous êtes invité à lire et à évaluer, comme pair, « %(title)s » (collège :"
            " %(college)s). Pour accepter ou décliner avant le %(date)s, connectez-vous ou créez"
            " un compte avec cette adresse.\n\nSans réponse de votre part, rien ne vous sera plus"
            " envoyé."
        ) % {
            "title": found.title,
            "college": seat.college.get_kind_display(),
            "date": due,
        }
        text = render_to_string(
            "peers/mail.txt",
            {
                "body": body,
                "link": f"{settings.PUBLIC_URL}{reverse('peers:readings')}",
                "site": settings.SITE,
            },
        )
        message = EmailMessage(
            f"[{settings.SITE['name']}] {_('Invitation à une lecture par les pairs')}",
            text,
            to=[seat.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
    transaction.on_commit(message.send, robust=True)
