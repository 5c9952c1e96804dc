"""Zoning files: CSV ``code,name,communes``, read line by line with what is wrong in each."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.text import fold

LARGEST = 5 * 1024 * 1024  # bytes
_COLUMNS = {
    "code": "code",
    "identifiant": "code",
    "name": "name",
    "nom": "name",
    "libelle": "name",
    "communes": "communes",
    "codes communes": "communes",
    "codes insee": "communes",
    "commune": "communes",
}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,29}")


class Issue(NamedTuple):
    """Something to say of one line: `field` is a column of the format."""

    line: int
    field: str
    reason: str


class ZoneLine(NamedTuple):
    line: int
    code: str
    name: str
    communes: tuple[str, ...]  # as given, zeros restored


@dataclass
class ZoningFile:
    zones: list[ZoneLine] = field(default_factory=list)
    errors: list[Issue] = field(default_factory=list)


def decode(content: bytes) -> str:
    """Text of a file written by a spreadsheet: UTF-8, or Windows where it is not UTF-8."""
    if len(content) > LARGEST:
        raise DomainError(_("Le fichier dépasse 5 Mo."), field="file")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\x00", "")
    raise DomainError(
        _("Le fichier n’est pas un texte lisible : enregistrez-le en CSV UTF-8."), field="file"
    )


def parse(text: str) -> ZoningFile:
    """Every line that can be read, and why the others cannot.

    Raises DomainError when the whole file is something else than the format.
    """
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    # Strict: a quote left open would swallow the rest of the file into one cell.
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    result = ZoningFile()
    try:
        places = _header(next(rows, []))
        seen: dict[str, int] = {}
        for row in rows:
            if any(cell.strip() for cell in row):
                _read_row(row, rows.line_num, places, seen, result)
    except csv.Error as error:
        raise DomainError(
            _("Le fichier n’est pas un CSV lisible (ligne %(line)s : %(error)s).")
            % {"line": rows.line_num, "error": error},
            field="file",
        ) from None
    if not result.zones and not result.errors:
        raise DomainError(_("Le fichier ne contient aucune zone."), field="file")
    return result


def _header(cells: Iterable[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = _COLUMNS.get(fold(cell))
        if name:
            places.setdefault(name, place)
    missing = {"code", "name", "communes"} - set(places)
    if missing:
        raise DomainError(
            _(
                "La première ligne doit nommer les colonnes code, name et communes ; il manque : %(names)s."
            )
            % {"names": ", ".join(sorted(missing))},
            field="file",
        )
    return places


def _read_row(
    row: list[str], line: int, places: dict[str, int], seen: dict[str, int], result: ZoningFile
) -> None:
    cells = {name: row[at].strip() if at < len(row) else "" for name, at in places.items()}
    code, name = cells["code"], " ".join(cells["name"].split())
    communes = tuple(
        dict.fromkeys(_insee(part) for part in re.split(r"[\s;,|]+", cells["communes"]) if part)
    )

    def refuse(column: str, reason: str) -> None:
        result.errors.append(Issue(line, column, reason))

    if not code:
        refuse("code", _("Le code manque."))
    elif not _CODE.fullmatch(code):
        refuse(
            "code",
            _(
                "« %(code)s » : un code a 30 caractères au plus, lettres sans accent, chiffres, . _ -"
            )
            % {"code": code[:40]},
        )
    elif code.upper() in seen:
        refuse(
            "code",
            _("Le code « %(code)s » est déjà celui de la ligne %(line)s.")
            % {"code": code, "line": seen[code.upper()]},
        )
    elif not name:
        refuse("name", _("Le nom manque."))
    elif len(name) > 150:
        refuse("name", _("Le nom dépasse 150 caractères."))
    elif not communes:
        refuse("communes", _("Aucune commune."))
    else:
        seen[code.upper()] = line
        result.zones.append(ZoneLine(line, code, name, communes))


def _insee(text: str) -> str:
    code = text.upper()
    return code.zfill(5) if re.fullmatch(r"\d{4}", code) else code
