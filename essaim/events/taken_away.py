"""The lists of events and of third places as tables that people take away."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.take_away import Column
from essaim.events.calendar import where_of
from essaim.events.models import Event


def _moment(value: dt.datetime) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


def _organisers(event: Event) -> str:
    return " | ".join(each.organisation.name for each in event.organisers.all())


def _themes(row: Any) -> str:
    return " | ".join(map(str, row.themes.all()))


EVENTS = (
    Column("title", _("titre"), lambda event: event.title, prose=True),
    Column("kind", _("nature"), lambda event: str(event.get_kind_display())),
    Column("state", _("état"), lambda event: str(event.get_state_display())),
    Column("starts_at", _("commence le"), lambda event: _moment(event.starts_at)),
    Column("ends_at", _("finit le"), lambda event: _moment(event.ends_at)),
    Column("where", _("lieu"), where_of, prose=True),
    Column(
        "territory", _("territoire"),
        lambda event: event.territory.address if event.territory else "", by_default=False,
    ),
    Column("organisers", _("organisé par"), _organisers, prose=True),
    Column("themes", _("thèmes"), _themes),
    Column("capacity", _("places"), lambda event: event.capacity),
    Column("summary", _("en deux phrases"), lambda event: event.summary, by_default=False, prose=True),
    Column("address", _("adresse"), lambda event: event.get_absolute_url(), here=True),
)  # fmt: skip

PLACES = (
    Column("name", _("nom"), lambda place: place.name, prose=True),
    Column("territory", _("territoire"), lambda place: place.territory.label),
    Column("code", _("code du territoire"), lambda place: place.territory.address),
    Column("postal", _("adresse postale"), lambda place: place.address, prose=True),
    Column(
        "organisation", _("porté par"),
        lambda place: place.organisation.name if place.organisation else "", prose=True,
    ),
    Column("themes", _("thèmes"), _themes),
    Column("summary", _("en quelques phrases"), lambda place: place.summary, prose=True),
    Column("services", _("ce qu’on y trouve"), lambda place: place.services, prose=True),
    Column("website", _("site"), lambda place: place.website),
    Column("address", _("adresse"), lambda place: place.get_absolute_url(), here=True),
)  # fmt: skip
