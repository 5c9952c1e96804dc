"""The programme, the questions asked at registration, the slots of meetings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.events.models import Event, Question, Session, Slot

from .common import lock_event
from .registrations import drop_meetings


def _clock(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M")


def _check_inside(event: Event, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    if ends_at <= starts_at:
        raise DomainError(_("La fin vient après le début."), field="ends_at")
    if starts_at < event.starts_at or ends_at > event.ends_at:
        raise DomainError(
            _("C’est en dehors de l’événement, qui va du %(start)s au %(end)s.")
            % {
                "start": timezone.localtime(event.starts_at).strftime("%d/%m/%Y %H:%M"),
                "end": timezone.localtime(event.ends_at).strftime("%d/%m/%Y %H:%M"),
            },
            field="starts_at",
        )


@transaction.atomic
def save_session(event: Event, session: Session | None = None, **given: Any) -> Session:
    """Raises DomainError where the room, or one who speaks, is taken at that moment."""
    event = lock_event(event)
    _check_inside(event, given["starts_at"], given["ends_at"])
    if session is None and event.sessions.count() >= settings.EVENTS["sessions"]:
        raise DomainError(_("Le programme a déjà beaucoup de séances."))
    others = event.sessions.filter(starts_at__lt=given["ends_at"], ends_at__gt=given["starts_at"])
    if session is not None:
        others = others.exclude(pk=session.pk)
    names = {each["name"].casefold() for each in given.get("speakers", [])}
    for other in others:
        if given.get("room") and other.room.casefold() == given["room"].casefold():
            raise DomainError(
                _("« %(title)s » occupe déjà la salle %(room)s, de %(start)s à %(end)s.")
                % {
                    "title": other.title, "room": other.room,
                    "start": _clock(other.starts_at), "end": _clock(other.ends_at),
                },
                field="room",
            )  # fmt: skip
        twice = [each["name"] for each in other.speakers if each["name"].casefold() in names]
        if twice:
            raise DomainError(
                _("%(name)s intervient déjà dans « %(title)s » à ce moment.")
                % {"name": twice[0], "title": other.title},
                field="speakers",
            )
    row = session or Session(event=event)
    for name, value in given.items():
        setattr(row, name, value)
    row.save()
    return row


@transaction.atomic
def remove_session(session: Session) -> None:
    lock_event(session.event_id)
    Session.objects.filter(pk=session.pk).delete()


@transaction.atomic
def add_question(event: Event, **given: Any) -> Question:
    event = lock_event(event)
    if event.questions.count() >= settings.EVENTS["questions"]:
        raise DomainError(
            _("Un événement pose %(n)s questions au plus.") % {"n": settings.EVENTS["questions"]}
        )
    if given["answers"] == Question.Answers.CHOICE and len(given.get("options") or []) < 2:
        raise DomainError(_("Donnez au moins deux choix, un par ligne."), field="options")
    return Question.objects.create(event=event, **given)


@transaction.atomic
def remove_question(question: Question) -> None:
    """Answers already given are erased with it."""
    event = lock_event(question.event_id)
    key = str(question.pk)
    for row in event.registrations.filter(answers__has_key=key):
        row.answers.pop(key)
        row.save(update_fields=["answers"])
    Question.objects.filter(pk=question.pk).delete()


@transaction.atomic
def make_slots(
    event: Event, *, starts_at: dt.datetime, number: int, minutes: int, pause: int = 0
) -> list[Slot]:
    """In a row from ``starts_at``, beside those there are. Raises DomainError where one would
    overlap another or leave the event."""
    event = lock_event(event)
    known = list(event.slots.all())
    if len(known) + number > settings.EVENTS["slots"]:
        raise DomainError(
            _("Un événement a %(n)s créneaux de rencontre au plus.")
            % {"n": settings.EVENTS["slots"]},
            field="number",
        )
    made = []
    for place in range(number):
        start = starts_at + dt.timedelta(minutes=place * (minutes + pause))
        end = start + dt.timedelta(minutes=minutes)
        _check_inside(event, start, end)
        clash = next((s for s in known if s.starts_at < end and s.ends_at > start), None)
        if clash is not None:
            raise DomainError(
                _("Le créneau de %(start)s chevauche celui de %(from)s à %(to)s.")
                % {
                    "start": _clock(start), "from": _clock(clash.starts_at),
                    "to": _clock(clash.ends_at),
                },
                field="starts_at",
            )  # fmt: skip
        made.append(Slot(event=event, starts_at=start, ends_at=end))
    return Slot.objects.bulk_create(made)


@transaction.atomic
def remove_slots(event: Event) -> None:
    """All of them; meetings proposed there go with them, and who was to meet is told. Of an event
    moved to a later day, what took place before stays, with its slot. Raises DomainError once it
    has begun: who met whom is not lost."""
    event = lock_event(event)
    if event.has_begun:
        raise DomainError(_("L’événement a commencé : ses créneaux et ses rencontres restent."))
    drop_meetings(event, event.encounters.planned())
    event.slots.filter(encounters=None).delete()
