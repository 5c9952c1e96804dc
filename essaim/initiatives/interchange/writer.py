"""Cards written out, in the order of their identifiers, in constant memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import count
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Collate

from essaim.initiatives.models import Initiative
from essaim.themes.matching import Vocabulary

from .csv_rows import COLUMNS, to_row
from .matching import with_everything
from .record import dumps, to_record

CHUNK = 500
TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}
BOM = "\ufeff"  # or French spreadsheets read accents wrong


def records(cards: QuerySet[Initiative]) -> Iterator[dict[str, Any]]:
    """Each card as a line of the format; ten queries for 500 cards."""
    vocabulary = Vocabulary.load()
    # Byte order, the same whatever the database's language: two exports can be compared.
    ordered = with_everything(cards.annotate(place=Collate("external_id", "C")).order_by("place"))
    last = None
    for _chunk in count():
        chunk = list(
            ordered.filter(place__gt=last)[:CHUNK] if last is not None else ordered[:CHUNK]
        )
        for card in chunk:
            yield to_record(card, vocabulary)
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].external_id


def export(cards: QuerySet[Initiative], kind: str) -> Iterator[str]:
    """The file piece by piece, in ``jsonl`` or ``csv``."""
    if kind == "jsonl":
        for record in records(cards):
            yield dumps(record) + "\n"
        return
    buffer = io.StringIO()
    write = csv.writer(buffer, lineterminator="\r\n").writerow
    buffer.write(BOM)
    write(COLUMNS)
    for record in records(cards):
        write(to_row(record, dumps))
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()
