"""Who met whom by chance: said by one, true once the other says so too.

Nobody's presence is told to who could not know of it: one names somebody who agreed to be read by
the others who came, or gives the code that this person handed over.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.events import notifications
from essaim.events.meeting.codes import whose
from essaim.events.models import Encounter, Event, Registration, Seat

from .common import lock_event


@transaction.atomic
def set_listed(event: Event, *, by: Any, listed: bool) -> Registration:
    """Whether one is read by the others who come; taken back, what was already said stays."""
    event = lock_event(event)
    row = _own(event, by)
    if listed and not by.name:
        raise DomainError(_("Donnez d’abord votre nom dans votre compte : c’est lui qui est lu."))
    if listed:
        _check_kept(event)
    row.is_listed = listed
    row.save(update_fields=["is_listed"])
    return row


def is_kept(event: Event) -> bool:
    """Until what people said of it is erased, who came included."""
    days = settings.RETENTION["event_registrations"]
    return event.state != "cancelled" and timezone.now() < event.ends_at + dt.timedelta(days=days)


def may_be_said(event: Event) -> bool:
    """From its start, while it is kept."""
    return event.has_begun and is_kept(event)


@transaction.atomic
def say_met_by_chance(
    event: Event, *, by: Any, who: Registration | None = None, code: str = ""
) -> Encounter:
    """One of the listed, or by a code. Said twice it is one; where the other already said the same,
    or where the two had a meeting here, it is true of that one. The other is asked once. Raises
    DomainError where nothing may be said (any more), or a code is nobody's here."""
    event = lock_event(event)
    mine = _own(event, by)
    _check_time(event)
    other = _other(event, mine, who, code)
    known = Encounter.objects.of(mine).filter(pk__in=Encounter.objects.of(other)).first()
    if known is None:
        _check_number(event, mine)
        known = Encounter.objects.create(event=event, pair=_pair(mine, other))
        Seat.objects.create(encounter=known, registration=mine, met=True)
        Seat.objects.create(encounter=known, registration=other)
        notifications.met_by_chance(event, other.user, encounter=known, by=by)
        return known
    said(known, mine)
    return known


def said(encounter: Encounter, mine: Registration) -> None:
    """Under the event's lock: this one says so. The other, who said it first, is told; of one that
    was taken back, they are asked, if they never were."""
    seats = {each.registration_id: each for each in encounter.seats.select_related("registration")}
    own = seats.pop(mine.pk)
    if own.met:
        return
    own.met = True
    own.save(update_fields=["met"])
    for other in seats.values():
        event, user = encounter.event, other.registration.user
        if encounter.pair and other.met:
            notifications.met_confirmed(event, user, encounter=encounter, by=mine.user)
        elif encounter.pair and other.met is None:
            notifications.met_by_chance(event, user, encounter=encounter, by=mine.user)


def taken_back(encounter: Encounter, mine: Registration) -> None:
    """Under the event's lock. Nobody reads it any more, and it stays: said again, the other is not
    asked twice. Whether they answered no changes nothing for who takes it back. Facing a yes, it
    is a no; a no said before stays one."""
    others = encounter.seats.exclude(registration=mine)
    met = False if others.filter(met=True).exists() else None
    encounter.seats.filter(registration=mine).exclude(met=False).update(met=met)


def _own(event: Event, by: Any) -> Registration:
    row = event.registrations.registered().filter(user=by).first()
    if row is None:
        raise DomainError(_("Vous n’étiez pas inscrit à cet événement."))
    row.user = by
    return row


def _check_time(event: Event) -> None:
    if not event.has_begun:
        raise DomainError(_("L’événement n’a pas encore commencé."))
    _check_kept(event)


def _check_kept(event: Event) -> None:
    if not is_kept(event):
        raise DomainError(_("Cet événement est annulé ou trop ancien : rien ne s’y note plus."))


def _check_number(event: Event, mine: Registration) -> None:
    """Of those asked by this one and not confirmed, whether they said no, and taken back or not: a
    person is no way to write to a whole list, and the number tells of nobody's answer."""
    most = settings.EVENTS["met_to_confirm"]
    asks = Seat.objects.filter(
        Q(met=True) | Q(pk__lt=OuterRef("pk")),  # who said it first has the first seat
        encounter=OuterRef("encounter"), registration=mine,
    )  # fmt: skip
    others = Seat.objects.filter(
        Exists(asks), encounter__in=Encounter.objects.by_chance().of(mine).values("pk")
    )
    if others.exclude(registration=mine).exclude(met=True).count() >= most:
        raise DomainError(
            _("%(n)s personnes n’ont pas confirmé ce que vous avez dit : c’est beaucoup pour une fois.")
            % {"n": most}
        )  # fmt: skip


def _other(event: Event, mine: Registration, who: Registration | None, code: str) -> Registration:
    rows = event.registrations.registered().filter(user__is_active=True)
    if code:
        key = whose(code, rows.order_by("pk").values_list("pk", flat=True))
        found = rows.filter(pk=key).select_related("user").first() if key else None
        if found is None:
            raise DomainError(
                _("Ce code n’est celui d’aucun participant : vérifiez-le avec la personne."),
                field="code",
            )
    else:
        listed = event.registrations.listed().select_related("user")
        found = listed.filter(pk=who.pk).first() if who else None
        if found is None:
            raise DomainError(
                _("Choisissez une personne de la liste, ou donnez son code."), field="who"
            )
    if found.pk == mine.pk:
        raise DomainError(
            _("C’est vous : donnez le code de l’autre personne."), field="code" if code else "who"
        )
    return found


def _pair(one: Registration, other: Registration) -> str:
    low, high = sorted((one.pk, other.pk))
    return f"{low}-{high}"
