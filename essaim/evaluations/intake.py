"""Data as they arrive: scanned whole, refused when they name people, kept with their lines.

What is kept is a plain CSV whose line numbers are those of the file that was deposited, so that
every remark points where its author can look. Nothing of a refused deposit is kept.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.typography import in_series
from essaim.statistics import tables
from essaim.statistics.notices import Problem, Refused
from essaim.statistics.tables import identifiers

IN_MEMORY = 2 * 1024 * 1024  # bytes; beyond, a temporary file
SHOWN_VALUES = 6
SHOWN_ROWS = 5
NAMED = 20  # problems of a refusal that are named one by one


@dataclass
class Column:
    """What a person needs to tell what a column is."""

    name: str
    values: list[str] = field(default_factory=list)  # the first different ones
    many: bool = False  # there are more


@dataclass
class Scanned:
    file: IO[bytes]
    columns: list[Column]
    rows: int
    sha256: str


class Identifying(DomainError):
    """The data name people: nothing was kept. ``problems`` says where."""

    def __init__(self, problems: list[Problem]) -> None:
        places = in_series(problems[:NAMED])
        super().__init__(
            _(
                "Ces données désignent des personnes. Rien n’a été enregistré : remplacez ce qui suit"
                " par des pseudonymes, puis déposez de nouveau. %(places)s"
            )
            % {"places": places}
        )
        self.problems = problems


def scan(source: IO[bytes]) -> Scanned:
    """Read everything once, in constant memory; raises DomainError when it can't be kept.

    Who calls closes the file.
    """
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - handed on
    try:
        return _scan(source, out)
    except BaseException:
        out.close()
        raise


def _scan(source: IO[bytes], out: IO[bytes]) -> Scanned:
    with tables.opened(source) as table:
        headings = _headings(table.headings)
        found = [Problem(1, h, "identifying") for h in headings if identifiers.in_heading(h)]
        columns = [Column(name) for name in headings]
        sink = _Sink(out)
        sink.row(1, headings)
        count = 0
        for line, row in table.rows:
            count += 1
            if count > settings.EVALUATIONS["rows"]:
                raise _too_many()
            cells = [plain(cell) for cell in row]
            found += _identifiers(line, headings, cells)
            for column, cell in zip(columns, cells, strict=False):
                _note(column, cell)
            if len(found) > NAMED:
                break
            sink.row(line, cells)
        if found:
            raise Identifying(found)
    if not count:
        raise DomainError(_("Il n’y a que des titres de colonnes, et aucune ligne."))
    out.seek(0)
    return Scanned(out, columns, count, sink.digest.hexdigest())


def _too_many() -> DomainError:
    most: int = settings.EVALUATIONS["rows"]
    return DomainError(
        _(
            "Le fichier dépasse %(most)s lignes, la limite d’un dépôt. Rien n’a été enregistré :"
            " gardez une ligne par personne, ou tirez un échantillon."
        )
        % {"most": f"{most:_}".replace("_", "\u202f")}
    )


def _identifiers(line: int, headings: list[str], cells: list[str]) -> list[Problem]:
    return [
        Problem(line, headings[place] if place < len(headings) else "", code)
        for place, cell in enumerate(cells)
        if ("@" in cell or len(cell) >= identifiers.SHORTEST) and (code := identifiers.find(cell))
    ]


def _headings(given: list[Any]) -> list[str]:
    most: int = settings.EVALUATIONS["columns"]
    names = [" ".join(str(cell or "").split())[:100] for cell in given]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise DomainError(_("La première ligne doit donner un titre à chaque colonne."))
    if len(names) > most:
        raise DomainError(
            _("Plus de %(most)s colonnes : gardez celles qui servent.") % {"most": most}
        )
    names = [name or _("colonne %(n)s") % {"n": n} for n, name in enumerate(names, start=1)]
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise DomainError(
            _("Deux colonnes s’appellent « %(name)s » : donnez-leur des titres différents.")
            % {"name": twice[0]}
        )
    return names


def plain(cell: Any) -> str:
    """A cell as one line of text."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return " ".join(str(cell).split())


def _note(column: Column, cell: str) -> None:
    if not cell or cell in column.values:
        return
    if len(column.values) < SHOWN_VALUES:
        column.values.append(cell[:60])
    else:
        column.many = True


class _Sink:
    """Rows as CSV, each at its own line."""

    def __init__(self, out: Any) -> None:
        self.out = out
        self.digest = hashlib.sha256()
        self.line = 1

    def row(self, line: int, cells: list[str]) -> None:
        buffer = io.StringIO()
        buffer.write("\n" * max(0, line - self.line))
        csv.writer(buffer, delimiter=";", lineterminator="\n").writerow(cells)
        data = buffer.getvalue().encode("utf-8", "replace")
        self.digest.update(data)
        self.out.write(data)
        self.line = max(line, self.line) + 1


def kept_rows(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Lines of a kept file, its heading first (line 1)."""
    with tables.opened(file) as table:
        yield 1, table.headings
        for line, row in table.rows:
            yield line, [plain(cell) for cell in row]


def only(file: IO[bytes], names: Iterable[str]) -> Scanned:
    """The same rows with these columns alone: what does not serve is not kept."""
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - handed on
    sink, count, places = _Sink(out), -1, []
    columns: list[Column] = []
    for line, row in kept_rows(file):
        if line == 1:
            places = [row.index(name) for name in dict.fromkeys(names)]
            columns = [Column(row[place]) for place in places]
        cells = [row[place] if place < len(row) else "" for place in places]
        if line > 1:
            for column, cell in zip(columns, cells, strict=True):
                _note(column, cell)
        sink.row(line, cells)
        count += 1
    out.seek(0)
    return Scanned(out, columns, count, sink.digest.hexdigest())


def labels(file: IO[bytes], name: str) -> dict[int, str]:
    """The text of one column, by line (subgroups, sites); empty cells are left out."""
    place, found = None, {}
    for line, row in kept_rows(file):
        if place is None:
            place = row.index(name)
        elif place < len(row) and row[place]:
            found[line] = row[place][:60]
    return found


def as_text(file: IO[bytes], most: int = 300_000) -> str | None:
    """The kept rows to be corrected by hand; None when there are too many."""
    file.seek(0)
    data = file.read(most + 1)
    return None if len(data) > most else data.decode("utf-8", "replace")


__all__ = [
    "Column",
    "Identifying",
    "Refused",
    "Scanned",
    "as_text",
    "kept_rows",
    "labels",
    "only",
    "plain",
    "scan",
]
