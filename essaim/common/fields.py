"""Fields of the domain."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

PARTIAL_DATE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


def parse_partial_date(value: str) -> tuple[dt.date, dt.date]:
    """First and last day of a year, a month or a day (``2015``, ``2015-06``, ``2015-06-12``).

    Raises ValidationError for anything else, impossible days and years before 1800 included.
    """
    match = PARTIAL_DATE.match(value)
    if match:
        year, month, day = (int(part) if part else None for part in match.groups())
        try:
            first = dt.date(year or 0, month or 1, day or 1)
            if day:
                last = first
            else:
                last_month = month or 12
                last = dt.date(
                    first.year, last_month, calendar.monthrange(first.year, last_month)[1]
                )
        except ValueError:
            pass
        else:
            if first.year >= 1800:
                return first, last
    raise ValidationError(
        _(
            "« %(value)s » n’est pas une date : écrivez une année (2015), un mois (2015-06) ou un jour (2015-06-12)."
        ),
        code="partial_date",
        params={"value": value},
    )


def validate_partial_date(value: str) -> None:
    parse_partial_date(value)


class PartialDateField(models.CharField):
    """A year, a month or a day, kept as written in ISO form: text order is time order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
        self.validators = [*self.validators, validate_partial_date]
