"""CSV: the same fields as columns. Rows become objects, objects become rows.

Lists of words are separated by ``;`` (``|`` and line ends are understood), lists of sentences
stand one a line, lists of objects are JSON in their cell; holder and source have flat columns.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from essaim.common.text import fold

from .card_format import FIELDS
from .issues import Notes
from .kinds import Boolean, Integer, Kind, Number, PartialDate, Record, Records, Words

DELIMITERS = ",;\t"
EXTRA = "extra"  # the column of what the bank keeps aside

FLAT: dict[str, tuple[str, str]] = {
    f"{name}_{part}": (name, part)
    for name, kind in FIELDS.items()
    if isinstance(kind, Record)
    for part in kind.fields
}
COLUMNS: list[str] = [
    column
    for name, kind in FIELDS.items()
    for column in (
        [f"{name}_{part}" for part in kind.fields] if isinstance(kind, Record) else [name]
    )
] + [EXTRA]
_KNOWN = {*COLUMNS, *FIELDS}

# A spreadsheet takes such a cell for a formula: an apostrophe before it, as Excel itself does.
_FORMULA = re.compile(r"^'*[=+\-@\t\r]")
_PLAIN_NUMBER = re.compile(r"^\d{1,14}(\.\d{1,2})?$")

Row = tuple[int, int, Any, Notes]
NOTHING = object()  # a row that holds no card
csv.field_size_limit(2 * 1024 * 1024)


def looks_like_csv(first_line: str) -> bool:
    """Whether the first line names columns of the format rather than opening an object."""
    text = first_line.strip().lstrip("\ufeff")
    if text.startswith(("{", "[")):
        return False
    return any(_columns_named(_cells(text, delimiter)) for delimiter in DELIMITERS)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _columns_named(cells: list[str]) -> int:
    return sum(1 for cell in cells if _name(cell) in _KNOWN)


def _name(cell: str) -> str:
    return fold(cell).replace(" ", "_")


# --- in -----------------------------------------------------------------------------------
def csv_objects(texts: Iterator[str], parse_json: Callable[[str], Any]) -> Iterator[Row]:
    """(first line, last line, object or NOTHING, notes) for each row, after the header's own."""
    header_line, header_text = 0, ""
    for header_text in texts:
        header_line += 1
        if header_text.strip("\ufeff \t\r\n"):
            break
    header_text = header_text.lstrip("\ufeff").rstrip("\r\n")
    delimiter = max(DELIMITERS, key=lambda d: _columns_named(_cells(header_text, d)))
    notes = Notes(header_line)
    names = _header(_cells(header_text, delimiter), notes)
    if notes.errors or notes.warnings:
        yield header_line, header_line, NOTHING, notes
    if notes.errors:
        return
    # Strict: a quote left open would otherwise swallow the rows that follow, without a word.
    reader = csv.reader(texts, delimiter=delimiter, strict=True)
    while True:
        first = header_line + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            last = header_line + reader.line_num
            notes = Notes(first)
            notes.error("", "csv_row")
            yield first, last, NOTHING, notes
            continue
        last = header_line + reader.line_num
        notes = Notes(first)
        if not any(cell.strip() for cell in cells):
            yield first, last, NOTHING, notes
            continue
        yield first, last, _object(names, cells, notes, parse_json), notes


def _header(cells: list[str], notes: Notes) -> list[str]:
    """The field of each column; "" for one without a name, unknown ones as they are written."""
    names = []
    for cell in cells:
        name = _name(cell)
        if name not in _KNOWN:
            name = cell.strip()
            if name:
                notes.warn(name, "csv_column_unknown")
        if name and name in names:
            notes.error(name, "csv_column_repeated")
        names.append(name)
    for name, kind in FIELDS.items():
        if kind.required and name not in names:
            notes.error(name, "csv_column_missing", value=name)
    return names


def _object(
    names: list[str], cells: list[str], notes: Notes, parse_json: Callable[[str], Any]
) -> Any:
    if any(cell.strip() for cell in cells[len(names) :]):
        notes.error("", "csv_too_many_cells")
        return NOTHING
    found: dict[str, Any] = {}
    extra: Any = {}
    for name, raw in zip(names, cells, strict=False):
        cell = raw[1:] if raw.startswith("'") and _FORMULA.match(raw) else raw
        if not name:
            continue
        if name == EXTRA:
            extra = _json_cell(cell, name, notes, parse_json) if cell.strip() else {}
        elif name in FLAT:
            part, key = FLAT[name]
            if found.get(part) is None:
                found[part] = {}
            if not isinstance(found[part], dict):
                notes.error(name, "csv_both_columns", value=part)
                continue
            if cell.strip():
                kind = _of_flat(name)
                found[part][key] = _value(kind, cell, name, notes, parse_json)
        elif name in FIELDS:
            value = _value(FIELDS[name], cell, name, notes, parse_json)
            if isinstance(found.get(name), dict) and found[name] and value:
                notes.error(name, "csv_both_columns", value=name)
            elif value or name not in found:
                found[name] = value
        elif cell.strip():
            found[name] = cell
    for name, value in (extra if isinstance(extra, dict) else {EXTRA: extra}).items():
        both = isinstance(value, dict) and isinstance(found.get(name), dict)
        found[name] = value | found[name] if both else found.get(name, value)
    return found


def _of_flat(column: str) -> Kind:
    part, key = FLAT[column]
    record = FIELDS[part]
    assert isinstance(record, Record)
    return record.fields[key]


def _json_cell(cell: str, name: str, notes: Notes, parse_json: Callable[[str], Any]) -> Any:
    try:
        return parse_json(cell.strip())
    except ValueError:
        notes.error(name, "csv_cell_json")
        return None


def _value(kind: Kind, cell: str, name: str, notes: Notes, parse_json: Callable[[str], Any]) -> Any:
    """The cell as JSON would have it, where its plain form says so; text otherwise."""
    text = cell.strip()
    if not text:
        return None
    if isinstance(kind, Words):
        if text.startswith("["):
            return _json_cell(text, name, notes, parse_json)
        parts = re.split(r"[;|\n]" if kind.cut else r"\n", text)
        return [part.strip() for part in parts if part.strip()]
    if isinstance(kind, Records) or (isinstance(kind, Record) and text.startswith("{")):
        return _json_cell(text, name, notes, parse_json)
    if isinstance(kind, Boolean) and text in {"true", "false"}:
        return text == "true"
    if isinstance(kind, Number | Integer) and _PLAIN_NUMBER.match(text):
        return Decimal(text)
    if isinstance(kind, PartialDate):
        return text
    return cell


# --- out ----------------------------------------------------------------------------------
def to_row(record: dict[str, Any], dump: Callable[[Any], str]) -> list[str]:
    """The cells of a record, in the order of COLUMNS."""
    cells = []
    for column in COLUMNS[:-1]:
        if column in FLAT:
            part, key = FLAT[column]
            value = (record.get(part) or {}).get(key)
            cells.append(_protected("" if value is None else str(value)))
        else:
            cells.append(_protected(_cell(FIELDS[column], record.get(column), dump)))
    cells.append(_extra(record, dump))
    return cells


def _extra(record: dict[str, Any], dump: Callable[[Any], str]) -> str:
    extra = {key: value for key, value in record.items() if key not in FIELDS}
    for name, kind in FIELDS.items():
        if isinstance(kind, Record):
            aside = {k: v for k, v in (record.get(name) or {}).items() if k not in kind.fields}
            extra |= {name: aside} if aside else {}
    return dump(extra) if extra else ""


def _cell(kind: Kind, value: Any, dump: Callable[[Any], str]) -> str:
    if value is None or value == []:
        return ""
    if isinstance(kind, Words):
        apart = "; " if kind.cut else "\n"
        unsafe = re.compile(r"[;|\n]" if kind.cut else r"\n")
        if any(unsafe.search(item) for item in value) or value[0].startswith("["):
            return dump(value)
        return apart.join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else dump(value)


def _protected(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell
