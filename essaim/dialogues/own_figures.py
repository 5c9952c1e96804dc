"""A file of the centre's own figures, read as the territories' indicators are (``territories``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from essaim.common.errors import DomainError
from essaim.territories.actions.indicators import Places
from essaim.territories.indicator_file import Column, Mapping, NotReadable, head, read
from essaim.territories.indicator_messages import FILE_MESSAGES, sentence

from .models import CampaignIndicator

# Lines of which something is said: of the wrong ones, and of those left aside. The others are
# counted: a national file has hundreds of thousands that are not of the campaign.
MOST_SAID = 10_000
MOST_OTHERS = 100  # other indicators named

# Why a whole file is not taken.
WHY = {
    **FILE_MESSAGES,
    "columns": _(
        "Une colonne de territoires et une seule colonne de chiffres sont attendues, ou"
        " les colonnes territory, indicator, year, value."
    ),
    "year": _("De quelle année sont ces chiffres ?"),
    "many": _("Plus de %(about)s valeurs : ce fichier est trop grand pour une campagne."),
    "lines": _("Des lignes sont fausses : rien n’est chargé."),
    "wrong": _(
        "Plus de %(about)s lignes sont fausses : rien n’est chargé, et la suite n’a pas été lue."
    ),
    "none": _("Aucun chiffre de ce fichier n’est celui d’un territoire de la campagne."),
    "others": _(
        "Aucun chiffre de ce fichier n’est celui d’un territoire de la campagne (indicateurs lus :"
        " %(about)s)."
    ),
    "closed": _("La campagne a été close entre-temps : elle se lit, elle ne change plus."),
}
LINES = {
    "twice": _("Une autre valeur est déjà donnée pour ce territoire et cette année."),
    "outside": _("Ce territoire n’est pas de la campagne : sa valeur est laissée de côté."),
    "other": _("« %(given)s » est un autre indicateur : cette ligne est laissée de côté."),
}


class NotTaken(DomainError):
    """The file as a whole; ``why`` is a key of WHY."""

    def __init__(self, why: str, about: str = "") -> None:
        super().__init__(why_in_words(why, about), field="year" if why == "year" else "file")
        self.why, self.about = why, about
        self.found: Figures | None = None  # what was read and said before


def why_in_words(why: str, about: str) -> str:
    text = str(WHY.get(why, why))
    return text % {"about": about} if "%(" in text else text


def line_in_words(code: str, given: str) -> str:
    """What is said of a line, in the reader's language."""
    if code in LINES:
        text = str(LINES[code])
        return text % {"given": given} if "%(" in text else text
    return sentence(code, given, None)


@dataclass(frozen=True)
class Said:
    """Of one line."""

    line: int
    is_error: bool
    code: str
    given: str = ""


@dataclass
class Figures:
    """(territory, year) → (value, source), the line of each, and what is said of other lines: at
    most MOST_SAID that are wrong, and as many that are left aside."""

    values: dict[tuple[int, int], tuple[float, str]] = field(default_factory=dict)
    line_of: dict[tuple[int, int], int] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    others: set[str] = field(default_factory=set)  # codes of other indicators, left aside
    left: int = 0  # lines of other indicators
    outside: int = 0  # figures of territories out of the campaign
    lines: int = 0
    empty: int = 0
    wrong: int = 0  # remarks that are errors, said or not
    notes: int = 0  # the others

    def say(self, line: int, is_error: bool, code: str, given: str = "") -> None:
        if is_error:
            self.wrong += 1
        else:
            self.notes += 1
        if (self.wrong if is_error else self.notes) <= MOST_SAID:
            self.said.append(Said(line, is_error, code, given))


def check_head(file: BinaryIO, *, kind: str, year: int | None) -> None:
    """What its first lines already tell. Raises NotTaken."""
    try:
        _mapping(file, kind=kind, year=year)
    except NotReadable as error:
        raise NotTaken(error.kind) from error


def figures_of(
    file: BinaryIO, indicator: CampaignIndicator, *, kind: str, year: int | None, most: int,
    so_far: Callable[[int, int], object] | None = None,
) -> Figures:  # fmt: skip
    """One figure a line (territory, indicator, year, value), of which those named like the
    indicator count; or a column of territories and one of figures, for the year told. ``so_far``
    is told now and then how many lines and bytes were read. Raises NotTaken where the file cannot
    be made out, with what was said of the lines before."""
    found = Figures()
    try:
        _fill(found, file, indicator, kind=kind, year=year, most=most, so_far=so_far)
    except NotReadable as error:
        refused = NotTaken(error.kind)
        refused.found = found
        raise refused from error
    except NotTaken as refused:
        refused.found = found
        raise
    return found


def _fill(
    found: Figures, file: BinaryIO, indicator: CampaignIndicator, *, kind: str, year: int | None,
    most: int, so_far: Callable[[int, int], object] | None,
) -> None:  # fmt: skip
    mapping = _mapping(file, kind=kind, year=year)
    places = Places()
    name = " ".join(indicator.name.split()).lower()
    for part in read(file, mapping, places.find):
        found.lines += part.lines
        if so_far is not None:
            so_far(found.lines, part.bytes_done)
        found.empty += part.empty
        for issue in part.issues:
            found.say(issue.line, issue.is_error, issue.code, issue.given)
        for each in part.values:
            if not mapping.columns and each.code.lower() != name:
                found.left += 1
                if len(found.others) < MOST_OTHERS:
                    found.others.add(each.code)
                found.say(each.line, False, "other", each.code)
                continue
            key = (each.territory, each.year)
            known = found.values.get(key)
            if known is not None and known[0] != each.value:
                found.say(each.line, True, "twice")
                continue
            found.values[key] = (each.value, each.source)
            found.line_of.setdefault(key, each.line)
        if found.wrong > MOST_SAID:
            raise NotTaken("wrong", str(MOST_SAID))
        if len(found.values) > most:
            raise NotTaken("many", str(most))


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
        raise NotTaken("columns")
    if not wide.columns[0].year:
        raise NotTaken("year")
    return wide  # type: ignore[no-any-return]
