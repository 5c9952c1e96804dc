"""The directory to take away: the rows that the list shows, in the format they are imported from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from essaim.common.spreadsheets import Cell
from essaim.schemes.interchange import write
from essaim.schemes.models import SchemeQuerySet
from essaim.schemes.vocabulary import LISTS

COLUMNS = (
    *("id", "title", "funders", "track", "stages", "stage_notes", "helps", "applicants", "points"),
    *("themes", "territories", "description", "amount", "recurrence", "windows", "url"),
    *("source_name", "source_url", "licence", "as_of", "checked_on", "ended_on"),
)
CHUNK = 500


def records(schemes: SchemeQuerySet) -> Iterator[dict[str, Any]]:
    for scheme in schemes.for_detail().order_by("pk").iterator(chunk_size=CHUNK):
        yield write(scheme)


def json_lines(schemes: SchemeQuerySet) -> Iterator[bytes]:
    for record in records(schemes):
        yield (json.dumps(record, ensure_ascii=False) + "\n").encode()


def table(schemes: SchemeQuerySet) -> Iterator[list[Cell]]:
    """Lists of words are separated by « ; », objects are JSON in their cell."""
    yield list(COLUMNS)
    for record in records(schemes):
        source = record.pop("source", {})
        record |= {"source_name": source.get("name"), "source_url": source.get("url")}
        record["licence"] = source.get("licence")
        yield [_cell(name, record.get(name)) for name in COLUMNS]


def _cell(name: str, value: Any) -> Cell:
    if value is None:
        return ""
    if name in LISTS:
        return " ; ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
