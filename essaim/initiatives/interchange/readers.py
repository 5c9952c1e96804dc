"""From bytes to lines to objects, one line at a time, whatever the size of the file.

JSON Lines and CSV are told apart by their content. Each line is decoded on its own, so that one
bad byte costs one line.
"""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from .csv_rows import NOTHING, csv_objects, looks_like_csv
from .issues import Notes

LINE_LIMIT = 2 * 1024 * 1024  # bytes of one line
_SAMPLE = 64 * 1024
# Beginnings of files that people take for tables: ZIP (XLSX, ODS), old Excel, PDF, gzip.
_BINARY = {
    b"PK\x03\x04": "zip",
    b"\xd0\xcf\x11\xe0": "xls",
    b"%PDF": "pdf",
    b"\x1f\x8b": "gzip",
}


class NotReadable(ValueError):
    """The file as a whole cannot be read: ``kind`` says what it seems to be."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(slots=True)
class Line:
    """One line that holds something: an object, or the notes that say why there is none."""

    notes: Notes
    value: Any = NOTHING
    size: int = 0  # bytes, to bound a batch

    @property
    def number(self) -> int:
        return self.notes.line


@dataclass(slots=True)
class Raw:
    number: int
    text: str | None  # None: too long, or undecodable
    code: str = ""  # of the error (text is None) or of the warning
    size: int = 0


def read_lines(file: BinaryIO) -> Iterator[Line]:
    """Every line of the file that is not blank. Raises NotReadable before the first one."""
    raws = decoded_lines(file)
    first: list[Raw] = []
    for raw in raws:
        first.append(raw)
        if (raw.text is not None and raw.text.strip()) or len(first) > 1000:
            break
    if looks_like_csv(first[-1].text or "" if first else ""):
        yield from _csv_lines(_chain(first, raws))
    else:
        yield from _json_lines(_chain(first, raws))


def decoded_lines(file: BinaryIO) -> Iterator[Raw]:
    """The lines of a text in whatever encoding, blank ones included. Raises NotReadable."""
    file.seek(0)
    head = file.read(_SAMPLE)
    for magic, kind in _BINARY.items():
        if head.startswith(magic):
            raise NotReadable(kind)
    file.seek(0)
    return _raw_lines(_source(file, head))


def _chain(first: list[Raw], rest: Iterator[Raw]) -> Iterator[Raw]:
    yield from first
    yield from rest


def count_lines(file: BinaryIO) -> int:
    """Lines of the file, blank ones included."""
    file.seek(0)
    total, last = 0, b""
    newline = b"\n"
    while chunk := file.read(1 << 20):
        total += chunk.count(newline)
        last = chunk
    return total + (1 if last and not last.endswith((b"\n", b"\n\x00")) else 0)


def _wide_encoding(head: bytes) -> str:
    """``utf-16``, ``utf-32`` or their variants where the bytes say so; "" otherwise."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = head[:200]
    if len(start) >= 4:
        if not any(start[0::2]) and all(start[1::2]):
            return "utf-16-be"
        if not any(start[1::2]) and all(start[0::2]):
            return "utf-16-le"
    return ""


def _source(file: BinaryIO, head: bytes) -> Any:
    """What has ``readline`` and gives lines ended by ``\\n``, in UTF-8 or a one-byte encoding."""
    if encoding := _wide_encoding(head):
        return _Recoded(file, encoding)
    if b"\r" in head and b"\n" not in head:
        return io.BufferedReader(_Unclosed(file, old_mac=True))
    return file


def _raw_lines(source: Any) -> Iterator[Raw]:
    number = 0
    while piece := source.readline(LINE_LIMIT + 1):
        number += 1
        if len(piece) > LINE_LIMIT and not piece.endswith(b"\n"):
            while (rest := source.readline(LINE_LIMIT)) and not rest.endswith(b"\n"):
                pass
            yield Raw(number, None, "line_too_long", LINE_LIMIT)
            continue
        if number == 1:
            piece = piece.removeprefix(codecs.BOM_UTF8)
        yield _decoded(number, piece)


def _decoded(number: int, piece: bytes) -> Raw:
    try:
        return Raw(number, piece.decode("utf-8"), size=len(piece))
    except UnicodeDecodeError:
        pass
    try:
        return Raw(number, piece.decode("cp1252"), "line_windows", len(piece))
    except UnicodeDecodeError:
        return Raw(number, None, "line_encoding", len(piece))


class _Recoded:
    """A UTF-16 or UTF-32 file, read line by line as UTF-8 bytes."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        source = io.BufferedReader(_Unclosed(file))
        self._text = io.TextIOWrapper(source, encoding=encoding, errors="replace", newline="\n")

    def readline(self, limit: int) -> bytes:
        return self._text.readline(limit).encode("utf-8", "surrogatepass")


class _Unclosed(io.RawIOBase):
    """The file, left open when the wrapper that reads it is forgotten; ``old_mac``: its lone
    carriage returns are line ends."""

    def __init__(self, file: BinaryIO, old_mac: bool = False) -> None:
        self._file, self._old_mac = file, old_mac

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        if self._old_mac:
            data = data.replace(b"\r", b"\n")
        buffer[: len(data)] = data
        return len(data)


# --- JSON Lines ---------------------------------------------------------------------------
class _Repeated(dict):
    """An object in which a key stood twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    repeated = _Repeated(found)
    repeated.keys_twice = [k for k, _v in pairs if k in seen or seen.add(k)]  # type: ignore[attr-defined, func-returns-value]
    return repeated


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are not JSON


_decoder = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Decimal, parse_constant=_no_constant
)


def parse_json(text: str) -> Any:
    """Raises ValueError (also for numbers and depths that Python refuses)."""
    try:
        return _decoder.decode(text)
    except (RecursionError, ArithmeticError) as error:
        raise ValueError(str(error)) from error


def _json_lines(raws: Iterator[Raw]) -> Iterator[Line]:
    unreadable = "line_not_json_nor_csv"
    for raw in raws:
        if raw.text is not None and not raw.text.strip("\ufeff \t\r\n\x00"):
            continue
        notes = Notes(raw.number)
        line = Line(notes, size=raw.size)
        if raw.text is None:
            notes.error("", raw.code, limit=LINE_LIMIT // 1024 // 1024)
        else:
            if raw.code:
                notes.warn("", raw.code)
            try:
                line.value = parse_json(raw.text.strip("\ufeff \t\r\n\x00"))
            except ValueError:
                notes.error("", unreadable)
            else:
                unreadable = "line_not_json"
                _note_repeated(line.value, notes)
        yield line


def _note_repeated(value: Any, notes: Notes) -> None:
    if isinstance(value, _Repeated):
        for key in value.keys_twice:  # type: ignore[attr-defined]
            notes.warn(key, "key_repeated")


# --- CSV ----------------------------------------------------------------------------------
def _csv_lines(raws: Iterator[Raw]) -> Iterator[Line]:
    sizes = {"read": 0}
    warned: dict[int, str] = {}

    def texts() -> Iterator[str]:
        for raw in raws:
            sizes["read"] += raw.size
            if raw.code:
                warned[raw.number] = raw.code
            yield raw.text if raw.text is not None else "\n"

    before = 0
    for first, last, value, notes in csv_objects(texts(), parse_json):
        for number in range(first, last + 1):
            if code := warned.pop(number, ""):
                if code == "line_windows":
                    notes.warn("", code)
                else:
                    notes.error("", code, limit=LINE_LIMIT // 1024 // 1024)
        if value is NOTHING and not notes.errors and not notes.warnings:
            continue
        line = Line(notes, value, sizes["read"] - before)
        before = sizes["read"]
        yield line
