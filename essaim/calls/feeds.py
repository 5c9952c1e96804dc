"""Calls as a calendar and as a feed: what visitors may read, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape as xml

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from essaim.common.privacy import mask_personal
from essaim.common.spreadsheets import CONTROL
from essaim.schemes.calendar import escape, fold_line

from .models import PUBLIC, RESULTS, Call

ATOM = "http://www.w3.org/2005/Atom"


def _stamp(value: dt.datetime) -> str:
    """An instant of UTC: every calendar shows it by its own clock."""
    return value.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def icalendar(calls: Iterable[Call], *, name: str, site: str) -> str:
    """Opening, closing and expected results; ``site`` is the platform’s address, without a final
    slash. Nobody signs in to a feed: drafts and templates are in none of them."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Essaim//Appels//FR", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", f"X-WR-CALNAME:{escape(name)}", "REFRESH-INTERVAL;VALUE=DURATION:P1D",
    ]  # fmt: skip
    for call in calls:
        if call.state in PUBLIC and not call.is_template:
            lines += _events(call, site)
    lines.append("END:VCALENDAR")
    return "".join(f"{fold_line(line)}\r\n" for line in lines)


def _events(call: Call, site: str) -> Iterator[str]:
    if call.opens_at:
        yield from _event(
            call,
            "opens",
            _("Ouverture : %(title)s"),
            f"DTSTART:{_stamp(call.opens_at)}",
            site=site,
        )
    if call.closes_at:
        yield from _event(
            call,
            "closes",
            _("Clôture : %(title)s"),
            f"DTSTART:{_stamp(call.closes_at)}",
            site=site,
        )
    if call.results_on and call.state not in RESULTS:
        yield from _event(
            call, "results", _("Résultats attendus : %(title)s"),
            f"DTSTART;VALUE=DATE:{call.results_on:%Y%m%d}", site=site,
        )  # fmt: skip


def _event(call: Call, moment: str, says: str, start: str, *, site: str) -> Iterator[str]:
    host = site.partition("://")[2] or site
    yield "BEGIN:VEVENT"
    yield f"UID:call-{call.pk}-{moment}@{host}"
    # When it last changed, not when it is asked: what did not change is not downloaded again.
    yield f"DTSTAMP:{_stamp(_changed(call))}"
    # A calendar that knows an event replaces it where a later version moves it.
    yield f"SEQUENCE:{max(0, call.edition_number - 1)}"
    yield start
    yield f"SUMMARY:{escape(mask_personal(says % {'title': call.title}))}"
    yield f"DESCRIPTION:{escape(mask_personal(call.summary))}"
    yield f"URL:{site}{call.get_absolute_url()}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def atom(calls: Sequence[Call], *, name: str, site: str, own: str) -> str:
    """Atom 1.0 (RFC 4287); ``own`` is the address of the feed itself."""
    latest = max((_changed(each) for each in calls), default=timezone.now())
    entries = "".join(_entry(each, site) for each in calls)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="{ATOM}" xml:lang="{get_language()}"><title>{_text(name)}</title>'
        f"<id>{_text(own)}</id><updated>{latest.isoformat()}</updated>"
        f'<link rel="self" href="{_text(own)}"/><link href="{_text(site)}/appels"/>'
        f"<author><name>{_text(name)}</name></author>{entries}</feed>\n"
    )


def _changed(call: Call) -> dt.datetime:
    """When what is read of it last changed, as far as its own dates tell."""
    now = timezone.now()
    known = [call.created_at, call.opens_at, call.closes_at, call.results_at]
    return max(each for each in known if each is not None and each <= now)


def _entry(call: Call, site: str) -> str:
    address = _text(f"{site}{call.get_absolute_url()}")
    return (
        # Titles stay as they were written; the summary begins with words of ours.
        f'<entry><title xml:lang="fr">{_text(call.title)}</title><id>{address}</id>'
        f'<updated>{_changed(call).isoformat()}</updated><link href="{address}"/>'
        f'<category term="{call.kind}" label="{_text(str(call.get_kind_display()))}"/>'
        f"<summary>{_text(_summary(call))}</summary></entry>"
    )


def _summary(call: Call) -> str:
    ends = (
        _("Ferme le %(day)s.") % {"day": call.closes_at.astimezone(call.clock).strftime("%d/%m/%Y")}
        if call.closes_at
        else ""
    )
    return f"{call.state_name}. {ends} {call.summary}"


def _text(value: str) -> str:
    return xml(CONTROL.sub("", mask_personal(value)), {'"': "&quot;"})
