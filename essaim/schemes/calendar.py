"""Windows to apply as a calendar that other software subscribes to (RFC 5545)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from essaim.common.privacy import mask_personal
from essaim.schemes.kinds import EARLIEST, LATEST
from essaim.schemes.models import Window

LINE = 75  # bytes, beyond which a line is folded (RFC 5545, 3.1)


def icalendar(windows: Iterable[Window], *, name: str, site: str) -> str:
    """One all-day event for each known day: an opening, a deadline.

    A window of two months as one long event would hide what counts, its last day. ``site`` is
    the address of the platform, without a final slash; it makes identifiers unique. Nobody signs
    in to a feed: texts are masked as for a visitor.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Essaim//Dispositifs//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
    ]
    for window in windows:
        lines += _events(window, site)
    lines.append("END:VCALENDAR")
    return "".join(f"{fold_line(line)}\r\n" for line in lines)


def _events(window: Window, site: str) -> Iterator[str]:
    host = site.partition("://")[2] or site
    scheme = window.scheme
    # When it last changed, not when it is asked: what did not change is not downloaded again.
    stamp = scheme.updated_at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    days = (
        ("opens", window.opens_on, _("Ouverture : %(title)s")),
        ("closes", window.closes_on, _("Clôture : %(title)s")),
    )
    for moment, day, sentence in days:
        if day is None or not EARLIEST <= day <= LATEST:
            continue
        yield "BEGIN:VEVENT"
        yield f"UID:scheme-window-{window.pk}-{moment}@{host}"
        yield f"DTSTAMP:{stamp}"
        yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{day + dt.timedelta(days=1):%Y%m%d}"
        yield f"SUMMARY:{escape(mask_personal(sentence % {'title': scheme.title}))}"
        details = [window.label, ", ".join(scheme.funders)]
        if text := "\n".join(detail for detail in details if detail):
            yield f"DESCRIPTION:{escape(mask_personal(text))}"
        yield f"URL:{site}{scheme.get_absolute_url()}"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"


def escape(text: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11); other control characters may not stand in it at all."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(sign for sign in text if sign == "\t" or (ord(sign) >= 32 and ord(sign) != 127))


def fold_line(line: str) -> str:
    """At most 75 bytes a line, continued by a space; a letter is never cut in two."""
    parts: list[bytes] = []
    part = b""
    for letter in line:
        data = letter.encode()
        if len(part) + len(data) > LINE - (1 if parts else 0):
            parts.append(part)
            part = b""
        part += data
    parts.append(part)
    return "\r\n ".join(part.decode() for part in parts)
