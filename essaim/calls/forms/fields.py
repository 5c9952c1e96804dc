"""What the forms of the preparation share."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.common.typography import in_series
from essaim.initiatives.models import Initiative

# Of the French State, from west to east: proposed; any other of the tz database may be written.
ZONES = (
    *("Pacific/Tahiti", "Pacific/Marquesas", "America/Martinique", "America/Guadeloupe"),
    *("America/Cayenne", "America/Miquelon", "Europe/Paris", "Indian/Mayotte", "Indian/Reunion"),
    *("Pacific/Noumea", "Pacific/Wallis"),
)


# Beyond, no clock of a zone can be trusted, and the last ones overflow in UTC.
YEARS = range(2000, 2101)


class WallInput(forms.DateTimeInput):
    """The browser's own field for a day and an hour, without a zone: what a clock on the wall
    shows. Anything else that was typed is given back as it was."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return value.strftime("%Y-%m-%dT%H:%M")
        return value


class WallField(forms.CharField):
    """A day and an hour on the wall; which instant it is, the zone tells (``instant``)."""

    widget = WallInput

    def prepare_value(self, value: Any) -> Any:
        return value

    def to_python(self, value: Any) -> dt.datetime | None:  # type: ignore[override]
        typed = str(value or "").strip()
        if not typed:
            return None
        for form in ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"):
            try:
                found = dt.datetime.strptime(typed, form)
            except ValueError:
                continue
            if found.year not in YEARS:
                raise ValidationError(
                    _("« %(text)s » est hors du temps d’un appel : une année de %(first)s à %(last)s."),
                    code="year",
                    params={"text": typed[:40], "first": YEARS[0], "last": YEARS[-1]},
                )  # fmt: skip
            return found
        raise ValidationError(
            _("« %(text)s » n’est pas une date et une heure : écrivez par exemple 31/03/2027 12:00."),
            code="wall", params={"text": typed[:40]},
        )  # fmt: skip

    def run_validators(self, value: Any) -> None:
        """Those of a text are of no use here."""


def zone_named(name: str) -> zoneinfo.ZoneInfo:
    """Raises ValidationError for a name that the tz database does not know."""
    if name in zoneinfo.available_timezones():
        return zoneinfo.ZoneInfo(name)
    raise ValidationError(
        _("« %(name)s » n’est pas un fuseau horaire connu : par exemple Europe/Paris ou Indian/Reunion."),
        code="zone", params={"name": name[:40]},
    )  # fmt: skip


def instant(wall: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Raises ValidationError for an hour that the clocks skip, or show twice, that day."""
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    words = {
        "hour": wall.strftime("%H:%M"), "day": wall.strftime("%d/%m/%Y"), "zone": zone.key,
    }  # fmt: skip
    if first.utcoffset() == second.utcoffset():
        return first
    back = first.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None)
    if back != wall:
        raise ValidationError(
            _("%(hour)s n’existe pas le %(day)s à %(zone)s : les horloges avancent cette nuit-là. Choisissez une heure avant ou après."),
            code="skipped", params=words,
        )  # fmt: skip
    raise ValidationError(
        _("%(hour)s arrive deux fois le %(day)s à %(zone)s : les horloges reculent cette nuit-là. Choisissez une heure que l’on ne lit qu’une fois."),
        code="twice", params=words,
    )  # fmt: skip


class InitiativesField(forms.CharField):
    """Published initiatives, one a line, by their title or the end of their address."""

    widget = forms.Textarea(attrs={"rows": 4})
    AT_MOST = 50

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return "\n".join(str(getattr(each, "title", each)) for each in value)
        return value

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        lines = [" ".join(line.split()) for line in typed.splitlines() if line.strip()]
        if len(lines) > self.AT_MOST:
            raise ValidationError(_("%(n)s initiatives au plus.") % {"n": self.AT_MOST})
        found, unknown = {}, []
        for line in lines:
            slug = line.rstrip("/").rpartition("/")[2]
            rows = list(
                Initiative.objects.published().filter(Q(title__iexact=line) | Q(slug=slug))[:2]
            )
            if len(rows) == 1:
                found[rows[0].pk] = rows[0]
            else:
                unknown.append(line)
        if unknown:
            raise ValidationError(
                _("Aucune fiche publiée, ou plusieurs, sous ce titre : %(titles)s. Copiez l’adresse de la fiche."),
                code="initiatives", params={"titles": in_series(unknown)[:300]},
            )  # fmt: skip
        return list(found.values())
