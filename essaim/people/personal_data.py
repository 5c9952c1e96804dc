"""What a person can see and take away: each app says what it holds about them.

At start-up (``AppConfig.ready``) an app registers a function that returns plain values (text,
numbers, dates, lists, dictionaries) for one person, other people's data left out; or rows not yet
read (``.values(…)``), which the page counts, all in one query, and the archive reads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

Provider = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True)
class Source:
    app: str
    provider: Provider
    label: Any
    labels: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """What one app holds about one person."""

    source: Source
    # Of rows not read, how many they are.
    data: dict[str, Any]

    @property
    def lines(self) -> list[tuple[Any, str]]:
        """For the page: each labelled value; of a list, how many entries it has."""
        return [(label, _shown(self.data.get(key))) for key, label in self.source.labels.items()]


_sources: dict[str, Source] = {}


def register(
    app: str, provider: Provider, *, label: Any = "", labels: dict[str, Any] | None = None
) -> None:
    """Add (or, by the same name, replace) what an app holds about a person.

    ``label`` (lazy text) names it on the page, ``labels`` the keys that the page shows; the
    archive holds all of them.
    """
    _sources[app] = Source(app, provider, label or app, labels or {})


def sources() -> list[Source]:
    return [source for _app, source in sorted(_sources.items())]


def held_about(user: Any) -> list[Part]:
    """For the page."""
    parts = [Part(source, source.provider(user)) for source in sources()]
    unread = [
        (part, key)
        for part in parts
        for key in part.source.labels
        if isinstance(part.data.get(key), QuerySet)
    ]
    numbers = _numbers([part.data[key] for part, key in unread])
    for (part, key), number in zip(unread, numbers, strict=True):
        part.data[key] = number
    return parts


def _numbers(found: list[QuerySet[Any]]) -> list[int]:
    """How many rows each has; one query, whatever their number."""
    counts: list[str] = []
    parameters: list[Any] = []
    for rows in found:
        try:
            sql, more = rows.order_by().query.sql_with_params()
        except EmptyResultSet:
            counts.append("0")
            continue
        counts.append(f"(SELECT count(*) FROM ({sql}) AS rows)")
        parameters += more
    if not counts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", parameters)
        return list(cursor.fetchone())


def taken_away(source: Source, user: Any) -> dict[str, Any]:
    """All that one app holds, read: for a document to be written as JSON."""
    held = source.provider(user)
    return {
        key: list(value) if isinstance(value, QuerySet) else value for key, value in held.items()
    }


def archive(user: Any) -> dict[str, Any]:
    """One document, to be written as JSON."""
    return {source.app: taken_away(source, user) for source in sources()}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, dt.datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return date_format(value)
    if isinstance(value, (list, tuple)):
        return str(len(value))
    return str(value) if value not in (None, "") else "–"
