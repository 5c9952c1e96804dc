"""The sign-in sheet and the canvas of a creativity session, as accessible PDFs (PDF/UA-1)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .calendar import where_of
from .models import Challenge, Event

TEMPLATES = Path(__file__).parent / "templates_typst"


def when(event: Event) -> str:
    start, end = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    if start.date() == end.date():
        return _("le %(day)s, de %(start)s à %(end)s") % {
            "day": date_format(start, "DATE_FORMAT"),
            "start": date_format(start, "H:i"),
            "end": date_format(end, "H:i"),
        }
    return _("du %(start)s au %(end)s") % {
        "start": date_format(start, "DATE_FORMAT"),
        "end": date_format(end, "DATE_FORMAT"),
    }


def _common(event: Event, kind: str) -> dict[str, Any]:
    return {
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "site": settings.SITE["name"],
        "kind": kind,
        "title": event.title,
        "lead": ", ".join(part for part in (when(event), where_of(event)) if part),
        "page": _("Page"),
    }


MOST_DAYS = 5  # as many signatures hold on a page


def signatures(event: Event) -> list[str]:
    """The heads of the columns to sign: one for each day, as many as the page holds."""
    start = timezone.localtime(event.starts_at).date()
    end = timezone.localtime(event.ends_at - dt.timedelta(microseconds=1)).date()
    days = (end - start).days + 1
    if not 1 < days <= MOST_DAYS:
        return [_("Signature")]
    return [
        _("Signature, %(day)s") % {"day": date_format(start + dt.timedelta(days=n), "d/m")}
        for n in range(days)
    ]


def sheet_pdf(event: Event) -> bytes:
    days = signatures(event)
    rows = [
        [
            row.user.name if row.user and row.user.name else _("un membre de la plateforme"),
            row.organisation.name if row.organisation else "",
            *("" for _day in days),
        ]
        for row in event.registrations.registered().for_list()
    ]
    data = _common(event, _("Feuille d’émargement")) | {
        "heads": [_("Nom"), _("Organisation"), *days],
        "rows": rows,
        "nobody": _("Personne n’est encore inscrit."),
    }
    return _compiled("sheet.typ", data)


def canvas_pdf(event: Event, challenges: list[Challenge]) -> bytes:
    """One page for each challenge, to be filled in by hand at each table."""
    data = _common(event, _("Canevas de la séance de créativité")) | {
        "challenges": [
            {
                "title": each.title,
                "text": each.text,
                "known": each.known,
                "holder": each.organisation.name if each.organisation else "",
            }
            for each in challenges
        ],
        "known": _("Déjà essayé :"),
        "holder": _("Porté par :"),
        "boxes": [
            _("Ce que nous comprenons du problème (10 min)"),
            _("Toutes les idées, sans les juger (20 min)"),
            _("L’idée que nous gardons, en une phrase (10 min)"),
            _("Les premiers pas : qui, quoi, quand (20 min)"),
        ],
        "table": _("Table n° ……  Rapporteur : ……………………"),
    }
    return _compiled("canvas.typ", data)


def _compiled(template: str, data: dict[str, Any]) -> bytes:
    import typst

    made: bytes = typst.compile(
        str(TEMPLATES / template),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    return made
