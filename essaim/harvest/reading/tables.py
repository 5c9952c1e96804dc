"""CSV and JSON Lines at an address: any columns, in whatever encoding."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from typing import IO

from essaim.harvest.failures import Broken
from essaim.initiatives.interchange.mend.text import storable
from essaim.initiatives.interchange.readers import NotReadable, Raw, decoded_lines, parse_json

from .records import Found, Remark, flatten

_DELIMITERS = ",;\t|"
NAME = 200  # characters of a name of field that are kept


def read_table(file: IO[bytes]) -> Iterator[Found]:
    """Raises Broken where it is neither."""
    try:
        raws = decoded_lines(file)  # type: ignore[arg-type]
        filled = (raw for raw in raws if raw.text is None or raw.text.strip("\ufeff \t\r\n\x00"))
        first = next(filled, None)
    except NotReadable:
        raise Broken("binary") from None
    if first is None:
        return
    text = (first.text or "").lstrip("\ufeff \t\x00")
    if text.startswith("["):
        raise Broken("json_array")
    if text.startswith("{"):
        yield from _json_lines(itertools.chain([first], filled))
    else:
        yield from _csv(first, raws)


def _json_lines(raws: Iterator[Raw]) -> Iterator[Found]:
    for number, raw in enumerate(raws, 1):
        found = Found(number)
        try:
            value = parse_json((raw.text or "").strip("\ufeff \t\r\n\x00"))
        except ValueError:
            value = None
        if isinstance(value, dict):
            found.fields = {**flatten(value), **value}
        else:
            found.remarks.append(Remark("row"))
        yield found


def _csv(first: Raw, raws: Iterator[Raw]) -> Iterator[Found]:
    header = (first.text or "").lstrip("\ufeff").rstrip("\r\n")
    delimiter = max(_DELIMITERS, key=header.count)
    if delimiter not in header:
        raise Broken("not_a_table")
    names = [cell.strip() for cell in next(csv.reader([header], delimiter=delimiter))]
    lines = (raw.text if raw.text is not None else "\n" for raw in raws)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        found = Found(number)
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            found.remarks.append(Remark("row"))
            yield found
            continue
        if not any(cell.strip() for cell in cells):
            number -= 1
            continue
        if any(cell.strip() for cell in cells[len(names) :]):
            found.remarks.append(Remark("row"))
        # An empty cell is kept: the column is there.
        found.fields = {name: cell for name, cell in zip(names, cells, strict=False) if name}
        yield found


def names_of(found: Found) -> list[str]:
    """The fields that this record shows, as they can be kept."""
    named = (name for name, value in found.fields.items() if not isinstance(value, dict))
    return [storable(name)[:NAME] for name in named]
