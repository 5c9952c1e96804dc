"""One function per message: who is told what, at the moment it becomes true."""

from __future__ import annotations

from typing import Any

from essaim.calls.following import ref as call_ref
from essaim.following.actions import announce, tell
from essaim.following.kinds import places_above
from essaim.funding.notifications import POOL
from essaim.initiatives.following import ref as card_ref
from essaim.people.models import Membership, Organisation, User

from .models import Encounter, Event, Partnership, Registration, ThirdPlace

KIND, PLACE = "event", "third_place"
ANNOUNCED, MOVED, CANCELLED = "event_announced", "event_moved", "event_cancelled"
PLACED, PUT_ASIDE, REMINDER = "event_place_open", "event_put_aside", "event_reminder"
MEETINGS, FOLLOW_UP, ORGANISES = "event_meetings", "event_follow_up", "event_organises"
MEETING_LOST = "event_meeting_lost"
MET, MET_CONFIRMED = "event_met_by_chance", "event_met_confirmed"
PARTNERSHIP, CONFIRMED = "event_partnership", "event_partnership_confirmed"
PUBLISHED = "third_place_published"


def announced(event: Event, *, by: Any) -> None:
    """Who follows a theme, the place or what holds it, an organiser, a card, a call or a pool of the
    event; once."""
    refs: list[tuple[str, str]] = [(KIND, str(event.pk))]
    refs += [("theme", slug) for slug in event.themes.values_list("slug", flat=True)]
    if event.territory_id is not None:
        refs += places_above([event.territory_id]).get(event.territory_id, [])
    refs += [("organisation", str(each.organisation_id)) for each in event.organisers.all()]
    refs += [card_ref(pk) for pk in event.initiatives.values_list("pk", flat=True)]
    refs += [call_ref(pk) for pk in event.calls.values_list("pk", flat=True)]
    refs += [(POOL, str(pk)) for pk in event.pools.values_list("pk", flat=True)]
    announce(ANNOUNCED, refs, by=by, once="announced")


def tell_registered(event: Event, verb: str, *, once: str, by: Any = None) -> int:
    """Everyone registered or waiting, once for this occasion however often it is called. Returns
    how many there are."""
    people = User.objects.filter(
        event_registrations__event=event, event_registrations__state__in=["registered", "waiting"]
    ).order_by("pk")
    count = 0
    for person in people:
        tell(person, verb, KIND, str(event.pk), waits=True, by=by, once=once)
        count += 1
    return count


def place_open(registration: Registration) -> None:
    tell(
        registration.user, PLACED, KIND, str(registration.event_id), waits=True,
        once=f"{registration.pk}:{registration.since.isoformat()}",
    )  # fmt: skip


def put_aside(registration: Registration, *, by: Any) -> None:
    tell(registration.user, PUT_ASIDE, KIND, str(registration.event_id), waits=True, by=by)


def meetings_proposed(event: Event, user: Any, *, once: str) -> None:
    tell(user, MEETINGS, KIND, str(event.pk), waits=True, once=once)


def meeting_lost(event: Event, user: Any, *, once: str) -> None:
    tell(user, MEETING_LOST, KIND, str(event.pk), waits=True, once=once)


def met_by_chance(event: Event, user: Any, *, encounter: Encounter, by: Any) -> None:
    """Asked once; who says so is read on the page, by the one who is asked alone."""
    tell(user, MET, KIND, str(event.pk), waits=True, by=by, once=f"met:{encounter.pair}")


def met_confirmed(event: Event, user: Any, *, encounter: Encounter, by: Any) -> None:
    tell(user, MET_CONFIRMED, KIND, str(event.pk), by=by, once=f"met:{encounter.pair}")


def follow_up(registration: Registration, months: int) -> None:
    tell(
        registration.user, FOLLOW_UP, KIND, str(registration.event_id), waits=True,
        once=f"{registration.pk}:{months}", extra={"months": months},
    )  # fmt: skip


def _representatives(organisation: Organisation | int) -> list[User]:
    rows = Membership.objects.representing().filter(organisation=organisation)
    return [each.user for each in rows.select_related("user").order_by("pk")]


def organises(event: Event, organisation: Organisation, *, by: Any) -> None:
    for person in _representatives(organisation):
        tell(person, ORGANISES, KIND, str(event.pk), by=by, once=f"organises:{organisation.pk}")


def partnership_declared(partnership: Partnership, *, by: Any) -> None:
    for person in _representatives(partnership.other_id):
        tell(
            person, PARTNERSHIP, KIND, str(partnership.event_id), waits=True, by=by,
            once=f"partnership:{partnership.pk}",
        )  # fmt: skip


def partnership_answered(partnership: Partnership, *, by: Any) -> None:
    if partnership.by is not None:
        tell(partnership.by, CONFIRMED, KIND, str(partnership.event_id), by=by)


def place_published(place: ThirdPlace, *, by: Any) -> None:
    tell(place.created_by, PUBLISHED, PLACE, str(place.pk), by=by)
