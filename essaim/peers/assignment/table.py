"""Similarities and conflicts from CSV files, with what is wrong, line by line."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from essaim.common.typography import labelled

MAX_ISSUES = 20  # told at once; a file with more is wrong as a whole
SINGLE = 5_000_000  # cells beyond which single precision halves the memory


@dataclass(frozen=True)
class Issue:
    line: int  # 0: the file as a whole
    column: str
    reason: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        if not self.line:
            return self.reason
        where = _("ligne %(line)s") % {"line": self.line}
        if self.column:
            where += _(", colonne « %(column)s »") % {"column": self.column}
        return labelled(where, self.reason)


class NotUsable(Exception):
    """The file cannot be used; ``issues`` say why."""

    def __init__(self, issues: list[Issue], more: int = 0):
        super().__init__("; ".join(map(str, issues)))
        self.issues = issues
        self.more = more


@dataclass(frozen=True)
class Table:
    items: list[str]
    readers: list[str]
    similarity: np.ndarray


class _Issues:
    def __init__(self) -> None:
        self.kept: list[Issue] = []
        self.count = 0

    def add(self, line: int, column: str, reason: str) -> None:
        self.count += 1
        if len(self.kept) < MAX_ISSUES:
            self.kept.append(Issue(line, column, reason))

    def stop_if_any(self) -> None:
        if self.count:
            raise NotUsable(self.kept, self.count - len(self.kept))


def read_similarity(path: Path) -> Table:
    """Rows are items with their id first, columns readers, header with ids."""
    issues = _Issues()
    rows, comma = _rows(path)
    header_line, header = next(rows, (0, []))
    if len(header) < 2:
        raise NotUsable(
            [Issue(header_line, "", _("l’en-tête doit nommer au moins une personne qui lit."))]
        )
    readers = [cell.strip() for cell in header[1:]]
    _check_ids(readers, header_line, issues)
    items: dict[str, int] = {}
    values: list[np.ndarray] = []
    for line, row in rows:
        item = row[0].strip()
        if len(row) != len(header):
            issues.add(
                line,
                "",
                _("%(found)s cellules au lieu de %(wanted)s.")
                % {"found": len(row), "wanted": len(header)},
            )
            continue
        if not item:
            issues.add(line, header[0], _("l’identifiant de l’élément manque."))
        elif item in items:
            issues.add(
                line,
                header[0],
                _("« %(id)s » figure déjà à la ligne %(line)s.")
                % {"id": item, "line": items[item]},
            )
        items[item] = line
        values.append(_numbers(row[1:], line, readers, comma, issues))
    if not items and not issues.count:
        issues.add(header_line, "", _("aucun élément : il ne reste rien à lire sous l’en-tête."))
    issues.stop_if_any()
    kind = np.float32 if len(items) * len(readers) > SINGLE else np.float64
    similarity = np.empty((len(items), len(readers)), dtype=kind)
    for number in range(len(values)):
        similarity[number] = values[number]
        values[number] = similarity[number, :0]  # freed as it goes
    return Table(list(items), readers, similarity)


def read_conflicts(path: Path, table: Table) -> np.ndarray:
    """Pairs (row, column) of the table, from a file with the header ``item,reviewer``."""
    issues = _Issues()
    rows, _comma = _rows(path)
    line, header = next(rows, (0, []))
    names = [cell.strip().lower() for cell in header]
    if names[:2] != ["item", "reviewer"]:
        raise NotUsable([Issue(line, "", _("l’en-tête attendu est « item,reviewer »."))])
    item_of = {name: number for number, name in enumerate(table.items)}
    reader_of = {name: number for number, name in enumerate(table.readers)}
    pairs = []
    for line, row in rows:
        if len(row) != len(header):
            issues.add(
                line,
                "",
                _("%(found)s cellules au lieu de %(wanted)s.")
                % {"found": len(row), "wanted": len(header)},
            )
            continue
        item, reader = row[0].strip(), row[1].strip()
        if item not in item_of:
            issues.add(
                line, "item", _("« %(id)s » n’est pas un élément du tableau.") % {"id": item}
            )
        if reader not in reader_of:
            issues.add(
                line, "reviewer", _("« %(id)s » ne lit rien dans le tableau.") % {"id": reader}
            )
        if item in item_of and reader in reader_of:
            pairs.append((item_of[item], reader_of[reader]))
    issues.stop_if_any()
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _rows(path: Path) -> tuple[Iterator[tuple[int, list[str]]], bool]:
    """Numbered lines that are not blank; semicolons as French spreadsheets write them."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
    except UnicodeDecodeError as error:
        raise _not_text() from error
    semicolon = first.count(";") > first.count(",")
    return _read(path, ";" if semicolon else ","), semicolon


def _read(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    yield reader.line_num, row
        except UnicodeDecodeError as error:
            raise _not_text() from error
        except csv.Error as error:
            reason = _("ce n’est pas du CSV : guillemets ou caractères mal placés.")
            raise NotUsable([Issue(reader.line_num, "", reason)]) from error


def _not_text() -> NotUsable:
    return NotUsable([Issue(0, "", _("le fichier n’est pas du texte en UTF-8."))])


def _check_ids(readers: list[str], line: int, issues: _Issues) -> None:
    seen: set[str] = set()
    for number, reader in enumerate(readers, start=2):
        if not reader:
            issues.add(
                line, "", _("la colonne %(number)s n’a pas d’identifiant.") % {"number": number}
            )
        elif reader in seen:
            issues.add(line, reader, _("cet identifiant figure deux fois dans l’en-tête."))
        seen.add(reader)


def _numbers(
    cells: list[str], line: int, readers: list[str], comma: bool, issues: _Issues
) -> np.ndarray:
    if comma:
        cells = [cell.replace(",", ".") for cell in cells]
    try:
        values = np.array(cells, dtype=np.float64)
    except ValueError:
        values = np.array([_number(cell) for cell in cells])
    if not np.isfinite(values).all():
        for column in np.flatnonzero(~np.isfinite(values)):
            issues.add(line, readers[column], _why(cells[column]))
    return values


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _why(cell: str) -> str:
    text = cell.strip()
    if not text:
        return _("la cellule est vide.")
    try:
        float(text)
    except ValueError:
        pass
    else:
        return _("« %(text)s » n’est pas une valeur finie.") % {"text": text}
    try:
        float(text.replace(",", "."))
    except ValueError:
        return _("« %(text)s » n’est pas un nombre.") % {"text": text[:40]}
    return _("« %(text)s » : la décimale s’écrit avec un point.") % {"text": text}
