"""Files whose project has ended and that nobody has reported on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_date

from .models import SubmittedVersion


def unreported(
    applications: Any, today: dt.date | None = None
) -> Iterator[tuple[SubmittedVersion, dt.date]]:
    """Of these files those whose project has ended by what their latest version says, the day it
    did, and no report until then. Two queries."""
    return without_report(ended(applications, today or timezone.localdate()))


def ended(applications: Any, day: dt.date) -> Any:
    """The latest versions of these files by which the project has ended, to ``without_report``."""
    found = SubmittedVersion.objects.filter(
        application__in=applications.values("pk"),
        number=F("application__last_number"),
        content__blocks__projet__ends_on__lt=day.isoformat(),
    )
    rows = found.select_related("application__initiative", "application__organisation")
    return rows.prefetch_related("application__reports").order_by("pk")


def without_report(
    versions: Iterable[SubmittedVersion],
) -> Iterator[tuple[SubmittedVersion, dt.date]]:
    for version in versions:
        end = parse_date(version.content["blocks"]["projet"]["ends_on"])
        reports = version.application.reports.all()
        if end is None or any(row.ends_on >= end and not row.is_writable for row in reports):
            continue
        yield version, end
