"""The rows of a file of schemes: JSON Lines, a JSON array, or CSV as offices write it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

LARGEST = 50 * 2**20  # bytes: 20,000 schemes with long descriptions are about 40
LONGEST_LINE = 1_000_000  # characters
Row = tuple[int, dict[str, Any] | str]  # line, and the record or why there is none


class NotReadable(Exception):
    """The file as a whole is not what it should be; the message says what to do."""


def rows(file: BinaryIO) -> Iterator[Row]:
    """Each record with its line; a line that cannot be read gives the reason instead.

    Raises NotReadable. The file is read whole: its size is bounded.
    """
    text = _text(file.read(LARGEST + 1))
    start = text.lstrip()[:1]
    if start == "[":
        yield from _array(text)
    elif start == "{":
        yield from _lines(text)
    else:
        yield from _csv(text)


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        raise NotReadable(_("Le fichier dépasse %(n)s Mo : coupez-le.") % {"n": LARGEST // 2**20})
    if data[:2] in {b"PK", b"\xd0\xcf"}:
        raise NotReadable(
            _("C’est un classeur ou une archive : enregistrez-le en CSV, puis déposez ce fichier.")
        )
    if b"\x00" in data[:10_000]:
        raise NotReadable(_("Ce fichier n’est pas du texte."))
    if not data.strip():
        raise NotReadable(_("Le fichier est vide."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _lines(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if len(line) > LONGEST_LINE:
            yield number, _("La ligne est trop longue.")
            continue
        try:
            yield number, _object(json.loads(line))
        except (ValueError, RecursionError):
            yield number, _("La ligne n’est pas du JSON lisible.")


def _array(text: str) -> Iterator[Row]:
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotReadable(_("Le fichier n’est pas du JSON lisible.")) from error
    for number, item in enumerate(items, start=1):
        yield number, _object(item)


def _object(value: Any) -> dict[str, Any] | str:
    return value if isinstance(value, dict) else str(_("Un objet est attendu sur chaque ligne."))


def _csv(text: str) -> Iterator[Row]:
    heading = text.partition("\n")[0]
    delimiter = max(";,\t", key=heading.count)
    if delimiter not in heading:
        raise NotReadable(
            _("La première ligne doit nommer les colonnes, séparées par des points-virgules.")
        )
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            record = {key: _cell(value) for key, value in row.items() if key and value}
            if record:
                yield reader.line_num, record
    except csv.Error:
        yield reader.line_num, _("La ligne n’est pas du CSV lisible.")


def _cell(value: Any) -> Any:
    """A list of objects stands as JSON in its cell; an apostrophe that our own export put before
    a sign that spreadsheets would read as a formula goes."""
    text = str(value).strip()
    if text[:2] in {"[{", '{"'}:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@"} else text
