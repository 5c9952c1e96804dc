"""Events as a calendar that other software subscribes to (RFC 5545).

Nobody signs in to a feed: it holds what a visitor reads, never the link on line, and texts are
masked as for a visitor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Q

from essaim.common.keys import numbers_in
from essaim.common.privacy import mask_personal
from essaim.events.models import PUBLIC, Event, Registration, State
from essaim.following.models import Follow
from essaim.schemes.calendar import escape, fold_line
from essaim.territories.models import Containment, Territory

AT_MOST = 500


def icalendar(events: Iterable[Event], *, name: str) -> str:
    """Each with the same identifier for ever and a sequence that grows when it moves: calendars
    that hold it already correct it. A cancelled one says so."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Essaim//Evenements//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    for event in events:
        lines += _lines(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{fold_line(line)}\r\n" for line in lines)


def _stamp(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _lines(event: Event) -> Iterator[str]:
    site = settings.PUBLIC_URL
    host = site.partition("://")[2] or site
    yield "BEGIN:VEVENT"
    yield f"UID:event-{event.pk}@{host}"
    yield f"DTSTAMP:{_stamp(event.changed_at)}"
    yield f"LAST-MODIFIED:{_stamp(event.changed_at)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTART:{_stamp(event.starts_at)}"
    yield f"DTEND:{_stamp(event.ends_at)}"
    yield f"SUMMARY:{escape(mask_personal(event.title))}"
    yield f"DESCRIPTION:{escape(mask_personal(event.summary))}"
    if where := where_of(event):
        yield f"LOCATION:{escape(mask_personal(where))}"
    yield f"STATUS:{'CANCELLED' if event.state == State.CANCELLED else 'CONFIRMED'}"
    yield f"URL:{site}{event.get_absolute_url()}"
    yield "END:VEVENT"


def where_of(event: Event) -> str:
    parts = [
        event.place.name if event.place else "",
        event.address,
        event.territory.label if event.territory else "",
    ]
    return ", ".join(part for part in parts if part)


def of_person(user: Any) -> Any:
    """What they come to, and public events about what they follow: a theme, a place (one that was
    merged: its successor) and what it holds, an organisation, a card, a call, a pool."""
    keys: dict[str, list[str]] = {}
    for kind, key in Follow.objects.filter(user=user).values_list("kind", "key"):
        keys.setdefault(kind, []).append(key)
    numbers = {
        kind: numbers_in(keys.get(kind, [])) for kind in ("organisation", "card", "call", "pool")
    }
    places = Q(pk=None)
    for key in keys.get("territory", []):
        kind, _sep, code = key.partition(":")
        places |= Q(kind=kind, code=code)
    followed = Territory.objects.filter(places)
    inside = Containment.objects.filter(
        Q(ancestor__in=followed) | Q(ancestor__in=followed.values("successor"))
    ).values("descendant")
    coming = Registration.objects.current().filter(user=user).values("event")
    return (
        Event.objects.filter(state__in=PUBLIC)
        .filter(
            Q(pk__in=coming)
            | Q(pk__in=Event.themes.through.objects.filter(
                theme__slug__in=keys.get("theme", [])
            ).values("event"))
            | Q(territory__in=inside)
            | Q(organisers__organisation__in=numbers["organisation"])
            | Q(pk__in=Event.initiatives.through.objects.filter(
                initiative__in=numbers["card"]
            ).values("event"))
            | Q(pk__in=Event.calls.through.objects.filter(
                call__in=numbers["call"]
            ).values("event"))
            | Q(pk__in=Event.pools.through.objects.filter(
                pool__in=numbers["pool"]
            ).values("event"))
        )
        .distinct().select_related("territory", "place").order_by("-starts_at", "-pk")[:AT_MOST]
    )  # fmt: skip
