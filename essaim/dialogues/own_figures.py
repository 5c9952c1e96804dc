"""A file of the centre's own figures, read as the territories' indicators are (``territories``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.territories.actions.indicators import Places
from essaim.territories.indicator_file import Column, Mapping, NotReadable, head, read
from essaim.territories.indicator_messages import FILE_MESSAGES, sentence

from .models import CampaignIndicator

SHOWN = 20


@dataclass
class Figures:
    """(territory, year) → (value, source), and what was wrong, line by line."""

    values: dict[tuple[int, int], tuple[float, str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    others: set[str] = field(default_factory=set)  # codes of other indicators, left aside
    empty: int = 0


def figures_of(
    file: BinaryIO, indicator: CampaignIndicator, *, kind: str, year: int | None, most: int
) -> Figures:
    """One figure a line (territory, indicator, year, value), of which those named like the
    indicator count; or a column of territories and one of figures, for the year told. Raises
    DomainError where the file cannot be made out."""
    try:
        return _figures(file, indicator, kind=kind, year=year, most=most)
    except NotReadable as error:
        raise DomainError(FILE_MESSAGES[error.kind], field="file") from error


def _figures(
    file: BinaryIO, indicator: CampaignIndicator, *, kind: str, year: int | None, most: int
) -> Figures:
    mapping = _mapping(file, kind=kind, year=year)
    places, found = Places(), Figures()
    name = " ".join(indicator.name.split()).lower()
    for part in read(file, mapping, places.find):
        found.empty += part.empty
        for issue in part.issues:
            if issue.is_error:
                found.errors.append(
                    _("Ligne %(line)s : %(what)s")
                    % {"line": issue.line, "what": sentence(issue.code, issue.given, None)}
                )
        for each in part.values:
            if not mapping.columns and each.code.lower() != name:
                found.others.add(each.code)
                continue
            key = (each.territory, each.year)
            known = found.values.get(key)
            if known is not None and known[0] != each.value:
                found.errors.append(
                    _("Ligne %(line)s : une autre valeur est déjà donnée pour ce territoire et"
                      " cette année.") % {"line": each.line}
                )  # fmt: skip
                continue
            found.values[key] = (each.value, each.source)
        if len(found.values) > most:
            raise DomainError(
                _("Plus de %(n)s valeurs : ce fichier est trop grand pour une campagne.")
                % {"n": most},
                field="file",
            )
    return found


def _mapping(file: BinaryIO, *, kind: str, year: int | None) -> Mapping:
    seen = head(file)
    long = seen.long_mapping()
    if long is not None:
        long.kind = kind
        return long
    wide: Any = seen.wide_mapping(kind=kind, year=year)
    if not wide.columns and len(seen.names) == 2:
        # Its figures are said wrong line by line rather than not to be there.
        at = 1 - wide.territory
        wide.columns = [Column(at, seen.names[at][:60], year or 0)]
    if len(wide.columns) != 1:
        raise DomainError(
            _(
                "Une colonne de territoires et une seule colonne de chiffres sont attendues, ou"
                " les colonnes territory, indicator, year, value."
            ),
            field="file",
        )
    if not wide.columns[0].year:
        raise DomainError(_("De quelle année sont ces chiffres ?"), field="year")
    return wide  # type: ignore[no-any-return]
