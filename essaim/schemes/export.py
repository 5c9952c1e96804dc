"""The directory to take away: the rows that the list shows, in the format they are imported from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from essaim.common.privacy import mask_personal
from essaim.common.spreadsheets import Cell
from essaim.schemes.interchange import write
from essaim.schemes.models import SchemeQuerySet
from essaim.schemes.vocabulary import LISTS

COLUMNS = (
    *("id", "title", "funders", "track", "stages", "stage_notes", "helps", "applicants", "points"),
    *("themes", "territories", "description", "amount", "recurrence", "windows", "url"),
    *("source_name", "source_url", "licence", "as_of", "checked_on", "ended_on"),
)
# Typed freely: what reaches a person stays out, like the contact.
PROSE = ("title", "funders", "stage_notes", "description", "amount", "windows", "source")
CHUNK = 500


def records(schemes: SchemeQuerySet, *, whole: bool = False) -> Iterator[dict[str, Any]]:
    """``whole``: texts as they are, for those who may bring the file back: a mask would be
    imported over what it hides."""
    for scheme in schemes.for_detail().order_by("pk").iterator(chunk_size=CHUNK):
        record = write(scheme)
        if not whole:
            record |= {name: _masked(record[name]) for name in PROSE if name in record}
        yield record


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_personal(value)
    if isinstance(value, list):
        return [_masked(each) for each in value]
    if isinstance(value, dict):
        return {key: each if key == "url" else _masked(each) for key, each in value.items()}
    return value


def json_lines(schemes: SchemeQuerySet, *, whole: bool = False) -> Iterator[bytes]:
    for record in records(schemes, whole=whole):
        yield (json.dumps(record, ensure_ascii=False) + "\n").encode()


def table(schemes: SchemeQuerySet, *, whole: bool = False) -> Iterator[list[Cell]]:
    """Lists of words are separated by « ; », objects are JSON in their cell."""
    yield list(COLUMNS)
    for record in records(schemes, whole=whole):
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
