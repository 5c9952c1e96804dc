"""Days counted from the one that runs: asked when a test runs, never when its module is read.

A run that begins before midnight ends after it: a day kept at import is then yesterday.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.utils import timezone
from factory.declarations import LazyFunction


def today(days: int = 0) -> dt.date:
    """The day it is in France, or that many days later (before: negative)."""
    return timezone.localdate() + dt.timedelta(days=days)


def in_days(days: int = 0) -> LazyFunction:
    """The same, to stand in a list of cases: a factory counts it when it makes the row, and
    :func:`settled` when the fields are an action's."""
    return LazyFunction(partial(today, days))


def settled(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields of an action, each of those that wait for the day now counted."""
    return {
        name: value.function() if isinstance(value, LazyFunction) else value
        for name, value in fields.items()
    }
