"""Coming, waiting for a place, leaving. The event's lock comes first: never one place too many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.text import clean
from essaim.events import notifications
from essaim.events.models import Encounter, Event, Profile, Registration
from essaim.people.models import Membership, Organisation, User

from .common import lock_event

WORDS = ("meets", "profile", "brings", "seeks", "profiles_sought")
LISTS = ("themes_brought", "themes_sought", "initiatives", "needs")


class Unsaid:
    """What a press alone does not say: it stays as it is."""


UNSAID = Unsaid()


@transaction.atomic
def register(
    event: Event,
    *,
    by: User,
    organisation: Organisation | Unsaid | None = UNSAID,
    answers: Mapping[str, str] | None = None,
    **said: Any,
) -> Registration:
    """A place, or one on the waiting list where there is none left. Said again, what one brings
    and seeks is corrected and the place stays; ``organisation`` None is to come for oneself alone.
    Raises DomainError once it is closed."""
    event = lock_event(event)
    known = Registration.objects.filter(event=event, user=by).first()
    if not event.is_coming:
        # Nor corrected: what was said goes after a time, and does not come back.
        raise DomainError(_("Les inscriptions ne sont pas ouvertes."))
    if (
        isinstance(organisation, Organisation)
        and not Membership.objects.filter(user=by, organisation=organisation).exists()
    ):
        raise DomainError(_("Vous n’êtes pas membre de cette organisation."), field="organisation")
    if known is not None and known.is_current:
        return _say(known, organisation, answers, said)
    if not event.takes_registrations:
        raise DomainError(_("Les inscriptions ne sont pas ouvertes."))
    _check_answers(event, answers or {})
    with pghistory.context(user=by.pk, action="register"):
        full = event.is_full
        if known is None:
            known = Registration(event=event, user=by)
            if full:
                known.put_aside()
        elif full:
            known.wait_again()
        else:
            known.come_back()
        known.attended = None
        _count(event, waiting=1) if full else _count(event, registered=1)
        return _say(known, organisation, answers, said)


def _say(
    row: Registration,
    organisation: Organisation | Unsaid | None,
    answers: Mapping[str, str] | None,
    said: Mapping[str, Any],
) -> Registration:
    if not isinstance(organisation, Unsaid):
        row.organisation = organisation
    if answers is not None:
        row.answers = {key: clean(value)[:1000] for key, value in answers.items() if value}
    for name in WORDS:
        if name in said:
            value = said[name]
            setattr(row, name, clean(value) if isinstance(value, str) else value)
    row.profiles_sought = [each for each in row.profiles_sought if each in Profile.values]
    row.save()
    for name in LISTS:
        if name in said:
            getattr(row, name).set(said[name])
    return row


def _check_answers(event: Event, answers: Mapping[str, str]) -> None:
    for question in event.questions.all():
        if question.is_required and not clean(answers.get(str(question.pk), "")):
            raise DomainError(
                _("Répondez à la question « %(question)s ».") % {"question": question.text},
                field=f"question_{question.pk}",
            )


@transaction.atomic
def leave(registration: Registration, *, by: Any) -> Registration:
    """Their place goes to the first of the waiting list, who is told. Twice is once."""
    event = lock_event(registration.event_id)
    row = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    if not row.is_current:
        return row
    if event.is_over:
        raise DomainError(_("L’événement est passé : l’inscription reste telle qu’elle était."))
    with pghistory.context(user=by.pk, action="leave_event"):
        waited = not row.is_registered
        row.leave()
        row.save()
        _count(event, waiting=-1) if waited else _count(event, registered=-1)
        # Whom they were to meet is free at that moment again, and knows it.
        drop_meetings(event, Encounter.objects.of(row))
        fill_places(event)
    return row


def fill_places(event: Event) -> int:
    """Under the event's lock: as many of the waiting list as there are places, in their order."""
    if not event.waiting_count or event.is_full or not event.is_coming:
        return 0
    waiting = Registration.objects.filter(event=event).waiting().select_related("user")
    free = event.places_left
    placed = 0
    for row in waiting if free is None else waiting[:free]:
        row.place()
        row.save(update_fields=["state"])
        notifications.place_open(row)
        placed += 1
    _count(event, registered=placed, waiting=-placed)
    return placed


def drop_meetings(event: Event, encounters: Any) -> None:
    """Under the event's lock; what one says took place, or led to an introduction, stays, and so
    does what has begun. Those who still come are told of the meetings that they lose, once for
    each, while it is to come."""
    stay = Encounter.objects.filter(event=event).kept().values("pk")
    encounters = encounters.exclude(pk__in=stay)
    rows = list(encounters.select_related("slot").prefetch_related("seats__registration__user"))
    Encounter.objects.filter(pk__in=[each.pk for each in rows]).delete()
    for each in rows:
        if each.slot is None or each.slot.starts_at <= timezone.now():
            continue
        for seat in each.seats.all():
            if seat.registration.is_registered and seat.registration.user is not None:
                notifications.meeting_lost(event, seat.registration.user, once=f"lost:{each.pk}")


def put_last_aside(event: Event, number: int, *, by: Any) -> None:
    """Under the event's lock: the last to have registered wait, in the order they had."""
    last = event.registrations.registered().select_related("user").order_by("-since", "-pk")
    for row in last[:number]:
        row.put_aside()
        row.save(update_fields=["state"])
        drop_meetings(event, Encounter.objects.of(row))
        notifications.put_aside(row, by=by)
    _count(event, registered=-number, waiting=number)


def _count(event: Event, *, registered: int = 0, waiting: int = 0) -> None:
    if not registered and not waiting:
        return
    event.registered_count += registered
    event.waiting_count += waiting
    Event.objects.filter(pk=event.pk).update(
        registered_count=F("registered_count") + registered,
        waiting_count=F("waiting_count") + waiting,
    )


@transaction.atomic
def note_attendance(event: Event, came: set[int], *, by: Any) -> int:
    """Who came, of those registered; from the day it starts."""
    event = lock_event(event)
    if not event.has_begun:
        raise DomainError(_("La feuille se remplit à partir du début de l’événement."))
    rows = event.registrations.registered()
    with pghistory.context(user=by.pk, action="note_attendance"):
        rows.filter(pk__in=came).update(attended=True)
        rows.exclude(pk__in=came).update(attended=False)
    return rows.filter(attended=True).count()
