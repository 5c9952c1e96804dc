"""A file as rows of cells, streamed: CSV in the ways spreadsheets write it, or XLSX."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from essaim.statistics.notices import Problem, Refused

Source = str | Path | IO[bytes]

MAX_ROWS = 1_000_000  # of data, CSV; more is a sign that the file isn't one row per unit
MAX_XLSX_ROWS = 100_000  # a workbook is read twenty times more slowly than CSV
MAX_BYTES = 300 * 1024 * 1024
MAX_UNPACKED = 1024 * 1024 * 1024  # a small archive may hide a huge sheet
DELIMITERS = (";", "\t", ",")
CSV, XLSX = "csv", "xlsx"

Row = tuple[int, list[Any]]  # line of the file, cells


@dataclass
class Opened:
    kind: str  # "csv" or "xlsx"
    headings: list[str]
    rows: Iterator[Row]  # without the heading and without empty lines
    delimiter: str = ""

    @property
    def most_rows(self) -> int:
        return MAX_XLSX_ROWS if self.kind == XLSX else MAX_ROWS


@contextmanager
def opened(source: Source) -> Iterator[Opened]:
    """Open a path or a binary file that can be rewound; raises Refused if it isn't a table."""
    if isinstance(source, (str, Path)):
        with Path(source).open("rb") as handle:
            yield _open(handle)
    else:
        source.seek(0)
        yield _open(source)


def _open(handle: IO[bytes]) -> Opened:
    head = handle.read(8)
    size = handle.seek(0, io.SEEK_END)
    handle.seek(0)
    if size > MAX_BYTES:
        raise Refused(
            "too_large",
            _("Le fichier dépasse %(most)s Mo : gardez les colonnes utiles seulement.")
            % {"most": MAX_BYTES // 1024 // 1024},
        )
    if head.startswith(b"PK\x03\x04"):
        return _open_xlsx(handle)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            "old_excel", _("Ancien format Excel (.xls) : enregistrez le fichier en .xlsx ou .csv.")
        )
    if head.startswith(b"%PDF"):
        raise Refused("not_a_table", _("C’est un PDF : déposez un tableau, en CSV ou en XLSX."))
    return _open_csv(handle)


# --- CSV ---------------------------------------------------------------------------------
def _encoding(handle: IO[bytes]) -> str:
    """UTF-8 (with or without mark), UTF-16 with mark, else the one of Windows in French."""
    head = handle.read(4)
    handle.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := handle.read(1 << 20):
            if b"\x00" in block:
                raise Refused("not_a_table", _("Ce fichier n’est pas un tableau CSV ou XLSX."))
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        handle.seek(0)
    return "utf-8-sig"


def _lines(handle: IO[bytes], encoding: str) -> Iterator[str]:
    """Lines decoded as they are read; the handle stays open for whoever opened it."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    newlines = io.IncrementalNewlineDecoder(decoder, translate=True)
    rest = ""
    while block := handle.read(1 << 16):
        *complete, rest = (rest + newlines.decode(block)).split("\n")
        for line in complete:
            yield line + "\n"
    rest += newlines.decode(b"", final=True)
    if rest:
        yield rest


def _delimiter(line: str) -> str:
    """The sign that cuts the heading into most columns."""
    counts = {sign: len(next(csv.reader([line], delimiter=sign))) for sign in DELIMITERS}
    return max(DELIMITERS, key=lambda sign: counts[sign])


def _open_csv(handle: IO[bytes]) -> Opened:
    lines = _lines(handle, _encoding(handle))
    skipped, heading = 0, ""
    for heading in lines:
        if heading.strip():
            break
        skipped += 1
    if not heading.strip():
        raise Refused("empty", _("Le fichier est vide."))
    if heading.lower().startswith("sep=") and len(heading.strip()) == 5:
        # What Excel itself reads as « this is the separator ».
        delimiter = heading.strip()[4]
        skipped, heading = skipped + 1, next(lines, "")
    else:
        delimiter = _delimiter(heading)

    def again() -> Iterator[str]:
        yield heading
        yield from lines

    reader = csv.reader(again(), delimiter=delimiter, strict=True)

    def rows() -> Iterator[Row]:
        line = 1
        try:
            for cells in reader:
                if any(cell and not cell.isspace() for cell in cells):
                    yield line + skipped, cells
                line = reader.line_num + 1
        except csv.Error:
            raise Refused(
                "quotes",
                _("Ligne %(line)s : guillemet non fermé ou case démesurée.")
                % {"line": line + skipped},
            ) from None

    found = rows()
    first = next(found, None)
    return Opened(CSV, [c.strip() for c in first[1]] if first else [], found, delimiter)


# --- XLSX --------------------------------------------------------------------------------
def _open_xlsx(handle: IO[bytes]) -> Opened:
    from openpyxl import load_workbook

    unreadable = Refused(
        "unreadable", _("Le classeur ne peut pas être lu : enregistrez-le en CSV.")
    )
    try:
        with zipfile.ZipFile(handle) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise unreadable from None
    if any(part.filename == "mimetype" for part in parts):
        raise Refused("ods", _("Format OpenDocument : enregistrez le fichier en .xlsx ou en .csv."))
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Refused("too_large", _("Le classeur est trop grand : enregistrez-le en CSV."))
    handle.seek(0)
    try:
        book = load_workbook(handle, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some writers state a wrong size
    except Exception:  # the library raises whatever its parsers do on a broken file
        raise unreadable from None

    def rows() -> Iterator[Row]:
        try:
            for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                if any(cell is not None and str(cell).strip() for cell in cells):
                    yield line, list(cells)
        except Refused:
            raise
        except Exception:
            raise unreadable from None
        finally:
            book.close()

    found = rows()
    first = next(found, None)
    if first is None:
        raise Refused("empty", _("Le fichier est vide."))
    headings = ["" if cell is None else str(cell).strip() for cell in first[1]]
    return Opened(XLSX, headings, found)


def refuse_lines(problems: list[Problem], more: int = 0) -> Refused:
    """One refusal that names the lines at fault."""
    shown = " ".join(str(problem) for problem in problems[:3])
    count = len(problems) + more
    return Refused(
        "bad_lines",
        _("%(count)s problème(s) dans le fichier, rien n’a été calculé : %(shown)s")
        % {"count": count, "shown": shown + (" …" if count > 3 else "")},
        problems=problems,
        count=count,
    )
