"""Until when one may submit: by the clock of the database, read in the transaction."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .models import Application, ApplicationState, Call, State

PARIS = "Europe/Paris"


def arrived_at() -> dt.datetime:
    """When this transaction began: who sent in time and waits behind others is not late."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT transaction_timestamp()")
        found: dt.datetime = cursor.fetchone()[0]
    return found


def ends_at(application: Application) -> dt.datetime | None:
    """The date by which what lacks is expected, the delay granted, or the closing of the call."""
    if application.state == ApplicationState.TO_COMPLETE:
        return application.complete_by
    return application.closes_at


def is_in_time(application: Application, at: dt.datetime | None = None) -> bool:
    """Whether it may be submitted, or opened again, at this instant. A call that has just been
    closed by its clock still takes what arrived before; one closed by someone takes nothing."""
    at = at or timezone.now()
    call, ends = application.call, ends_at(application)
    if application.state == ApplicationState.TO_COMPLETE:
        return ends is not None and at < ends
    if ends is None or call.opens_at is None or not call.opens_at <= at < ends:
        return False
    if call.state == State.OPEN:
        return True
    by_its_clock = call.closes_at is not None and call.closes_at <= timezone.now()
    granted = application.extended_to is not None and at < application.extended_to
    return call.state == State.CLOSED and (by_its_clock or granted)


def opens_at(application: Application) -> dt.datetime | None:
    """When a draft that went on to the next wave may be submitted; None where that is not to come."""
    call = application.call
    if application.state != ApplicationState.DRAFT or call.opens_at is None:
        return None
    to_come = call.state in (State.ANNOUNCED, State.OPEN) and timezone.now() < call.opens_at
    return call.opens_at if to_come else None


def not_yet(application: Application) -> str:
    """In words; empty where it is not that the call opens later."""
    opens = opens_at(application)
    if opens is None:
        return ""
    return _(
        "L’appel ouvre le %(when)s : votre brouillon y est déjà, vous pouvez le compléter, et vous"
        " le déposerez alors."
    ) % {"when": shown(opens, application.call)}


def too_late(application: Application) -> str:
    """Why it is not submitted now, too early included."""
    if early := not_yet(application):
        return early
    ends = ends_at(application)
    if ends is None or application.call.state not in (State.OPEN, State.CLOSED):
        return _("Cet appel ne prend pas de candidature en ce moment.")
    return _(
        "Trop tard : le dépôt était possible jusqu’au %(when)s. Votre brouillon est gardé ; "
        "seul le service qui instruit peut accorder un délai."
    ) % {"when": shown(ends, application.call)}


def name(call: Call) -> str:
    """Of the clock of the call: « heure de Paris », elsewhere its zone."""
    return _("heure de Paris") if call.zone == PARIS else call.zone


def shown(instant: dt.datetime, call: Call) -> str:
    """By the clock of the call, named: « 3 mars 2027 12:00 (heure de Paris) », elsewhere with its
    offset, « (UTC+04:00, Indian/Reunion) »."""
    local = instant.astimezone(call.clock)
    said = date_format(local, "DATETIME_FORMAT", use_l10n=True)
    if call.zone == PARIS:
        return _("%(instant)s (heure de Paris)") % {"instant": said}
    offset = local.strftime("%z")
    return f"{said} (UTC{offset[:3]}:{offset[3:]}, {call.zone})"
