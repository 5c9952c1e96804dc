"""What the tests of notifications and mail share: when, to whom, of what."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from essaim.following.models import Notification
from essaim.people.models import Organisation
from tests.following.factories import (
    AnnouncementFactory,
    MailSettingsFactory,
    NotificationFactory,
)
from tests.people.factories import OrganisationFactory

PARIS = ZoneInfo("Europe/Paris")
WEDNESDAY = dt.datetime(2026, 11, 18, 9, 0, tzinfo=PARIS)
BEFORE = WEDNESDAY - dt.timedelta(days=1)
LONG_AGO = WEDNESDAY - dt.timedelta(days=90)


def follower(**fields: Any) -> Any:
    """Someone who accepted a daily digest long ago."""
    return MailSettingsFactory(**({"accepted_at": LONG_AGO} | fields)).user


def named(name: str) -> str:
    """The key of the organisation of that name: names are not given twice."""
    known = Organisation.objects.filter(name=name).first()
    return str((known or OrganisationFactory(name=name)).pk)


def news(user: Any, name: str = "Abri", **fields: Any) -> Notification:
    about = AnnouncementFactory(verb="moved", key=named(name))
    return NotificationFactory(
        **(
            {
                "user": user, "announcement": about, "created_at": BEFORE,
                "because_kind": "organisation", "because_key": about.key,
            }
            | fields
        )
    )  # fmt: skip
