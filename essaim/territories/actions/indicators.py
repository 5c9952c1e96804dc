"""Load figures: staged as they are read, compared with what is known, written at once.

Everything that touches all the lines of a file is done by the database, so that a million of
them take no more memory than a hundred.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import pghistory
from django.db import connection, transaction
from django.db.models import Count, Min

from essaim.common.text import fold

from ..indicator_file import Batch, Mapping, NotReadable, read
from ..indicator_messages import UNMATCHED
from ..models import Indicator, IndicatorIssue, StagedValue, Territory
from ..resolve import Wanted, read_address

# One import writes at a time: two of the same series would wait for each other's rows.
LOCK = 20260706


class Places:
    """Keys of territories by the texts of a file, in memory: some 40,000 codes.

    A code of today or a territory that ended, and nothing that is merely nearly it: what an
    address would be mended to (a city for its arrondissement, a successor) has other figures.
    """

    REMEMBERED = 100_000

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], int] = {}
        self.former: set[str] = set()
        rows = Territory.objects.order_by().values_list("kind", "code", "pk", "former_codes")
        for kind, code, pk, former in rows.iterator(chunk_size=5000):
            self.known[kind, code] = pk
            self.former.update(former)
        self.found: dict[tuple[str, str], int | str] = {}

    def find(self, text: str, kind: str) -> int | str:
        key = (text, kind)
        found = self.found.get(key)
        if found is None:
            if len(self.found) >= self.REMEMBERED:
                self.found.clear()
            found = self.found[key] = self._find(text.strip(), kind)
        return found

    def _find(self, text: str, kind: str) -> int | str:
        if not text:
            return "territory_empty"
        wanted = read_address(f"{kind}:{text}" if kind and ":" not in text else text)
        if not isinstance(wanted, Wanted):
            return "territory_unknown" if fold(text).isalpha() else "territory_bare"
        for code in (wanted.code, wanted.code.upper()):
            if (wanted.kind, code) in self.known:
                return self.known[wanted.kind, code]
        former = wanted.kind == "commune" and wanted.code in self.former
        return "territory_former" if former else "territory_unknown"


@dataclass
class Found:
    """What loading the staged values would write."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    new_indicators: list[str] = field(default_factory=list)
    #: Of each indicator whose figures would change.
    changed: list[str] = field(default_factory=list)


def stage(batch: uuid.UUID, file: BinaryIO, mapping: Mapping) -> Iterator[Batch]:
    """Keep the values and the remarks of a file, batch by batch, each given once it is kept.

    Runs in the caller's transactions. Raises NotReadable; what was read before stays staged.
    """
    places = Places()
    known = {code.lower(): code for code in Indicator.objects.values_list("code", flat=True)}
    for column in mapping.columns:
        column.code = known.get(column.code.lower(), column.code)
    for part in read(file, mapping, places.find):
        with transaction.atomic(), connection.cursor() as cursor:
            with cursor.copy(
                "COPY territories_stagedvalue (batch, line, code, territory_id, year, value, source)"
                " FROM STDIN"
            ) as copy:
                for line, code, *rest in part.values:
                    copy.write_row((batch, line, known.get(code.lower(), code), *rest))
            with cursor.copy(
                "COPY territories_indicatorissue (batch, line, is_error, field, code, given)"
                " FROM STDIN"
            ) as copy:
                for issue in part.issues:
                    copy.write_row((batch, *issue))
        yield part


def settle(batch: uuid.UUID) -> None:
    """Leave one value of those that a file gives twice, the first, and say so of the others."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            WITH seen AS (
              SELECT id, row_number() OVER w AS nth,
                     first_value(line) OVER w AS first_line, first_value(value) OVER w AS first_value
                FROM territories_stagedvalue WHERE batch = %(batch)s
              WINDOW w AS (PARTITION BY code, territory_id, year ORDER BY id)
            ), doubles AS (
              DELETE FROM territories_stagedvalue AS staged USING seen
               WHERE staged.id = seen.id AND seen.nth > 1
              RETURNING staged.line, staged.code, seen.first_line,
                        staged.value = seen.first_value AS same
            )
            INSERT INTO territories_indicatorissue
                   (batch, line, is_error, field, code, given, other_line)
            SELECT %(batch)s, line, NOT same, code,
                   CASE WHEN same THEN 'duplicate' ELSE 'contradiction' END, '', first_line
              FROM doubles
            """,
            {"batch": batch},
        )


def compare(batch: uuid.UUID) -> Found:
    """What loading would do; nothing is written."""
    found = Found()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT staged.code, bool_or(indicator.id IS NULL),
                   count(*) FILTER (WHERE known.value IS NULL),
                   count(*) FILTER (WHERE known.value = staged.value
                                      AND staged.source IN ('', known.source)),
                   count(*)
              FROM territories_stagedvalue AS staged
              LEFT JOIN territories_indicator AS indicator ON indicator.code = staged.code
              LEFT JOIN territories_indicatorvalue AS known
                     ON (known.indicator_id, known.territory_id, known.year)
                      = (indicator.id, staged.territory_id, staged.year)
             WHERE staged.batch = %s GROUP BY staged.code ORDER BY staged.code
            """,
            [batch],
        )
        for code, is_new, created, unchanged, total in cursor.fetchall():
            found.created += created
            found.unchanged += unchanged
            found.updated += total - created - unchanged
            if is_new:
                found.new_indicators.append(code)
            if total > unchanged:
                found.changed.append(code)
    return found


def load(batch: uuid.UUID, mapping: Mapping, *, by: Any) -> Found:
    """Write the staged values; indicators nobody knew are made. Loading again changes nothing."""
    with transaction.atomic(), pghistory.context(user=by.pk if by else None):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        found = compare(batch)
        names = {column.code: column.name for column in mapping.columns}
        # Twice under two capitals since it was staged: the first one's code is taken.
        Indicator.objects.bulk_create(
            [
                Indicator(code=code, name=names.get(code) or code, source=mapping.source_text[:200])
                for code in found.new_indicators
            ]
        )
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO territories_indicatorvalue AS known
                       (indicator_id, territory_id, year, value, source)
                SELECT indicator.id, staged.territory_id, staged.year, staged.value, staged.source
                  FROM territories_stagedvalue AS staged
                  JOIN territories_indicator AS indicator ON indicator.code = staged.code
                 WHERE staged.batch = %s
                    ON CONFLICT (indicator_id, territory_id, year) DO UPDATE
                   SET value = EXCLUDED.value,
                       source = coalesce(nullif(EXCLUDED.source, ''), known.source)
                 WHERE known.value <> EXCLUDED.value
                    OR EXCLUDED.source NOT IN ('', known.source)
                """,
                [batch],
            )
        for indicator in Indicator.objects.filter(code__in=found.changed):
            indicator.version = uuid.uuid4()
            indicator.save(update_fields=["version"])
        forget_staged(batch)
    return found


def forget_staged(batch: uuid.UUID) -> None:
    StagedValue.objects.filter(batch=batch).delete()


def unmatched(batch: uuid.UUID) -> Any:
    """Texts that no territory answers to, the most frequent first: {given, code, count, line}."""
    return (
        IndicatorIssue.objects.filter(batch=batch, code__in=UNMATCHED)
        .order_by()
        .values("given", "code")
        .annotate(count=Count("pk"), line=Min("line"))
        .order_by("line")
    )


__all__ = ["Found", "NotReadable", "Places", "compare", "load", "settle", "stage", "unmatched"]
