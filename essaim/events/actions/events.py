"""An event from its draft to its end."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.states import move
from essaim.events import notifications
from essaim.events.models import COMING, Event, Organiser, Session, Slot, State
from essaim.following.actions import forget_subject
from essaim.people.models import Organisation, User
from essaim.people.rules import can_manage

from .common import lock_event
from .registrations import fill_places, put_last_aside

PLAIN = (
    *("kind", "title", "summary", "description", "starts_at", "ends_at", "territory", "address"),
    *("place", "online_link", "capacity", "closes_at", "meets"),
)
LINKED = ("themes", "initiatives", "calls", "pools", "needs")
# What, changed after registrations, is told to all who come.
MOVES = ("starts_at", "ends_at", "territory_id", "address", "place_id", "online_link")


@transaction.atomic
def create_event(
    *,
    by: User,
    organisers: Iterable[Organisation],
    submission: uuid.UUID | None = None,
    **given: Any,
) -> Event:
    """A draft. The same form sent twice makes one. Raises DomainError for what cannot be."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    known = made_by_form(Event.objects, submission, created_by=by)
    if known is not None:
        return known
    since = timezone.now() - dt.timedelta(days=1)
    made = Event.objects.filter(created_by=by, created_at__gte=since).count()
    if not can_manage(by) and made >= settings.EVENTS["events_per_day"]:
        raise DomainError(_("Vous avez créé beaucoup d’événements aujourd’hui : revenez demain."))
    _check(given)
    plain = {name: given[name] for name in PLAIN if name in given}
    with pghistory.context(user=by.pk, action="create_event"):
        event = Event(submission=submission or uuid.uuid4(), created_by=by, **plain)
        event.slug = _free_slug(event.title)
        event.save(force_insert=True)
        _set_organisers(event, organisers, by=by)
        _link(event, given)
    return event


@transaction.atomic
def change_event(
    event: Event, *, by: User, organisers: Iterable[Organisation], put_aside: bool = False,
    seen: str = "", **given: Any,
) -> Event:  # fmt: skip
    """Raises DomainError where fewer places are given than are taken, unless ``put_aside``: the
    last to have registered then go to the head of the waiting list, and are told; and where another
    changed it since ``seen``, the event's ``changed_at`` as the form was opened on it. Moved,
    everyone who comes is told once, by a job; its programme and its slots move with it."""
    event = lock_event(event)
    if event.state in {State.CANCELLED, State.DONE}:
        raise DomainError(_("Cet événement est passé ou annulé : il ne change plus."))
    if seen and seen != event.changed_at.isoformat():
        raise DomainError(
            _("Quelqu’un a modifié cet événement depuis que vous l’avez ouvert : copiez votre texte,"
              " rouvrez-le.")
        )  # fmt: skip
    _check(given)
    before = {name: getattr(event, name) for name in MOVES}
    start, end = event.starts_at, event.ends_at
    capacity = given.get("capacity")
    with pghistory.context(user=by.pk, action="change_event"):
        if capacity is not None and capacity < event.registered_count:
            if not put_aside:
                raise DomainError(_too_few(event, capacity), field="capacity")
            put_last_aside(event, event.registered_count - capacity, by=by)
        for name in PLAIN:
            if name in given:
                setattr(event, name, given[name])
        _shift(event, _moved(event, start, end))
        _check_inside(event)
        moved = any(getattr(event, name) != value for name, value in before.items())
        event.changed_at = timezone.now()
        if moved and event.state != State.DRAFT:
            event.sequence += 1
            event.reminded_on = None
        event.save()
        _set_organisers(event, organisers, by=by)
        _link(event, given)
        fill_places(event)
    if moved and event.state in COMING and (event.registered_count or event.waiting_count):
        _tell_later(event, notifications.MOVED, once=f"moved:{event.sequence}", by=by)
    return event


@transaction.atomic
def announce(event: Event, *, by: User) -> Event:
    """Public; who follows its theme, place or organisers is told, once."""
    event = lock_event(event)
    if event.state == State.ANNOUNCED:
        return event
    _check_coming(event)
    with pghistory.context(user=by.pk, action="announce_event"):
        move(event, "announce")
        event.save(update_fields=["state"])
    notifications.announced(event, by=by)
    return event


@transaction.atomic
def open_registration(event: Event, *, by: User) -> Event:
    event = lock_event(event)
    if event.state == State.OPEN:
        return event
    _check_coming(event)
    with pghistory.context(user=by.pk, action="open_registration"):
        move(event, "open")
        event.save(update_fields=["state"])
    notifications.announced(event, by=by)
    return event


@transaction.atomic
def close_registration(event: Event, *, by: User) -> Event:
    event = lock_event(event)
    if event.state == State.ANNOUNCED:
        return event
    with pghistory.context(user=by.pk, action="close_registration"):
        move(event, "close")
        event.save(update_fields=["state"])
    return event


@transaction.atomic
def cancel(event: Event, *, by: User, reason: str) -> Event:
    """Everyone who comes or waits is told once, by a job. Cancelling twice does nothing more."""
    event = lock_event(event)
    if event.state == State.CANCELLED:
        return event
    if event.state == State.DRAFT:
        raise DomainError(_("Un brouillon, que personne n’a vu, ne s’annule pas : supprimez-le."))
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise DomainError(_("Dites pourquoi : ceux qui sont inscrits le liront."), field="reason")
    with pghistory.context(user=by.pk, action="cancel_event"):
        move(event, "cancel", reason)
        event.sequence += 1
        event.changed_at = timezone.now()
        event.save()
    if event.registered_count or event.waiting_count:
        _tell_later(event, notifications.CANCELLED, once="cancelled", by=by)
    return event


@transaction.atomic
def discard_draft(event: Event, *, by: User) -> None:
    """For good, with its programme, questions and slots: nothing of it was ever public. Raises
    DomainError once announced, and where challenges, documents or partnerships hang on it."""
    event = lock_event(event)
    if event.state != State.DRAFT:
        raise DomainError(_("Cet événement a été annoncé : annulez-le, sa page dira pourquoi."))
    pk = event.pk
    try:
        with pghistory.context(user=by.pk, action="discard_draft"):
            event.delete()
    except ProtectedError as error:
        raise DomainError(
            _("Des défis, des documents ou des partenariats y tiennent : retirez-les d’abord.")
        ) from error
    forget_subject(notifications.KIND, [str(pk)])


@transaction.atomic
def finish(event: Event, *, by: Any = None) -> Event:
    """By the night's job, once its end has passed."""
    event = lock_event(event)
    if event.state == State.DONE or event.ends_at > timezone.now():
        return event
    with pghistory.context(user=by.pk if by else None, action="finish_event"):
        move(event, "finish")
        event.save(update_fields=["state"])
    return event


def _tell_later(event: Event, verb: str, *, once: str, by: User) -> None:
    from essaim.events import tasks

    tasks.tell_registered.defer(event=event.pk, verb=verb, once=once, by=by.pk)


def _too_few(event: Event, capacity: int) -> str:
    more = event.registered_count - capacity
    return ngettext(
        "%(there)s personnes sont inscrites : %(n)s de trop pour ce nombre de places. Cochez"
        " « mettre en liste d’attente » pour y placer la dernière inscrite ; elle sera prévenue.",
        "%(there)s personnes sont inscrites : %(n)s de trop pour ce nombre de places. Cochez"
        " « mettre en liste d’attente » pour y placer les dernières inscrites ; elles seront"
        " prévenues.",
        more,
    ) % {"there": event.registered_count, "n": more}


def _check(given: Mapping[str, Any]) -> None:
    if given["ends_at"] <= given["starts_at"]:
        raise DomainError(_("La fin vient après le début."), field="ends_at")
    if given["ends_at"] - given["starts_at"] > dt.timedelta(days=settings.EVENTS["longest_days"]):
        raise DomainError(
            _("Un événement dure %(n)s jours au plus.") % {"n": settings.EVENTS["longest_days"]},
            field="ends_at",
        )
    closes = given.get("closes_at")
    if closes is not None and closes > given["ends_at"]:
        raise DomainError(
            _("Les inscriptions se terminent avant la fin de l’événement."), field="closes_at"
        )
    place = given.get("territory") or given.get("address") or given.get("place")
    if not place and not given.get("online_link"):
        raise DomainError(
            _("Dites où : un territoire, une adresse, un tiers-lieu, ou un lien en ligne."),
            field="territory",
        )


def _check_coming(event: Event) -> None:
    if event.ends_at <= timezone.now():
        raise DomainError(_("Sa fin est déjà passée : changez d’abord ses dates."))


def _moved(event: Event, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """By how much its programme moves since it began and ended then: as the whole event, by the
    clock on the wall; by whole days where its hours change too; not at all where it only begins or
    ends at another moment."""
    first, last = _wall(event.starts_at), _wall(event.ends_at)
    by = first - _wall(start)
    if by != last - _wall(end):
        days = first.date() - _wall(start).date()
        by = days if days == last.date() - _wall(end).date() else dt.timedelta(0)
    return by


def _wall(instant: dt.datetime) -> dt.datetime:
    return timezone.make_naive(instant)


def _shift(event: Event, by: dt.timedelta) -> None:
    """The programme and the slots keep their place in the day, on either side of a change of
    hour."""
    if not by:
        return
    for model in (Session, Slot):
        rows: list[Any] = list(model.objects.filter(event=event).order_by("starts_at"))
        # The unique start of a slot: the last first when going later.
        for row in rows if by < dt.timedelta(0) else reversed(rows):
            lasts = row.ends_at - row.starts_at
            row.starts_at = timezone.make_aware(_wall(row.starts_at) + by)
            row.ends_at = timezone.make_aware(_wall(row.ends_at) + by)
            if row.ends_at <= row.starts_at:  # in the hour that the night of the change has not
                row.ends_at = row.starts_at + lasts
            row.save(update_fields=["starts_at", "ends_at"])


def _check_inside(event: Event) -> None:
    early = event.sessions.filter(starts_at__lt=event.starts_at).first()
    if early is not None:
        raise DomainError(
            _("La séance « %(title)s » commencerait avant l’événement : changez-la d’abord.")
            % {"title": early.title},
            field="starts_at",
        )
    if event.slots.filter(starts_at__lt=event.starts_at).exists():
        raise DomainError(
            _("Des créneaux de rencontre commenceraient avant l’événement : changez-les d’abord."),
            field="starts_at",
        )
    outside = event.sessions.filter(ends_at__gt=event.ends_at).first()
    if outside is not None:
        raise DomainError(
            _("La séance « %(title)s » finirait après l’événement : changez-la d’abord.")
            % {"title": outside.title},
            field="ends_at",
        )
    if event.slots.filter(ends_at__gt=event.ends_at).exists():
        raise DomainError(
            _("Des créneaux de rencontre finiraient après l’événement : changez-les d’abord."),
            field="ends_at",
        )


def _set_organisers(event: Event, organisers: Iterable[Organisation], *, by: User) -> None:
    wanted = {each.pk: each for each in organisers}
    if not wanted:
        raise DomainError(_("Un événement a au moins un organisateur."), field="organisers")
    known = set(event.organisers.values_list("organisation", flat=True))
    event.organisers.exclude(organisation__in=wanted).delete()
    for pk, organisation in wanted.items():
        if pk not in known:
            Organiser.objects.create(event=event, organisation=organisation)
            notifications.organises(event, organisation, by=by)


def _link(event: Event, given: Mapping[str, Any]) -> None:
    for name in LINKED:
        if name in given:
            getattr(event, name).set(given[name])


def _free_slug(title: str) -> str:
    base = slugify(title)[:80].strip("-") or "evenement"
    taken = set(Event.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    taken |= {"nouveau", "export", "calendrier", "taches", "mes-evenements"}
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
