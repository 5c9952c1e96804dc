"""From rows of cells to the columns an analysis needs."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from essaim.common.text import fold
from essaim.statistics.notices import Notice, Problem, Refused
from essaim.statistics.samples import LARGEST, Sample
from essaim.statistics.tables import cells, identifiers
from essaim.statistics.tables.opening import Opened, Source, opened, refuse_lines

# Headings that are understood without being mapped; the first is the documented one.
ROLES: dict[str, tuple[str, ...]] = {
    "group": ("group", "groupe", "bras", "arm"),
    "pre": ("pre", "avant", "pre test", "pretest", "baseline"),
    "post": ("post", "apres", "post test", "posttest"),
    "cluster": ("cluster", "grappe"),
    "stratum": ("stratum", "strate"),
    "unit": ("unit", "unite", "id", "identifiant", "pseudonyme", "code"),
}
NUMBERS = ("pre", "post")
LABELS = ("cluster", "stratum", "unit")
PLAIN = (str, int, float)
REMEMBERED = 100_000  # labels already understood
LISTED = 100  # problems, and lines with a missing value, that are named one by one


def needed(design: str) -> tuple[str, ...]:
    """The roles without which a design can't be analysed."""
    return {
        "posttest": ("group", "post"),
        "binary": ("group", "post"),
        "paired": ("pre", "post"),
        # The stratum is the period: sites are compared within each.
        "stepped": ("group", "post", "cluster", "stratum"),
    }.get(design, ("group", "pre", "post"))


@dataclass(frozen=True)
class Preview:
    """What a person needs to map columns: headings, guessed roles, and the first rows."""

    headings: list[str]
    guessed: dict[str, str]  # role → heading
    rows: list[list[str]]
    kind: str


@dataclass
class Table:
    """The columns read. Arrays have one entry a row: NaN, -1 or None where a value is missing.

    ``columns`` says which heading plays each role; ``lines`` numbers the rows as the file does;
    ``missing`` lists, for each role, the lines without a value (``LISTED`` at most, beside the
    exact ``missing_counts``).
    """

    columns: dict[str, str]
    lines: array[int] = field(default_factory=lambda: array("l"))
    group: array[int] = field(default_factory=lambda: array("b"))  # 1 treated, 0 control, -1 none
    pre: array[float] = field(default_factory=lambda: array("d"))
    post: array[float] = field(default_factory=lambda: array("d"))
    cluster: list[str | None] = field(default_factory=list)
    stratum: list[str | None] = field(default_factory=list)
    unit: list[str | None] = field(default_factory=list)
    missing: dict[str, list[int]] = field(default_factory=dict)
    missing_counts: dict[str, int] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.lines)

    def sample(self, design: str, *, clustered: bool = True) -> Sample:
        """The complete rows for a design; raises Refused if a group is absent.

        Rows lacking a value are left out, and a notice of the sample says how many and which.
        Before/after (``paired``) keeps the treated only. ``clustered=False`` leaves the
        column of clusters aside, with a notice.
        """
        import numpy as np

        roles = list(needed(design))
        absent = [role for role in roles if role not in self.columns]
        if absent:
            raise missing_columns(absent, list(self.columns.values()))
        keep = np.ones(len(self), dtype=bool)
        notices = list(self.notices)
        treated = np.ones(len(self), dtype=bool)
        if "group" in self.columns:
            group = np.array(self.group)
            treated = group == 1
            if design == "paired":
                keep &= treated
                if aside := int(np.sum(group == 0)):
                    notices.append(Notice("controls_left_aside", {"count": aside}))
        values = {role: np.array(getattr(self, role)) for role in NUMBERS if role in roles}
        for column in values.values():
            keep &= ~np.isnan(column)
        labels: dict[str, Any] = {}
        for role in ("cluster", "stratum"):
            if role not in self.columns or (role == "cluster" and not clustered):
                continue
            labels[role] = np.array(getattr(self, role), dtype=object)
            keep &= np.array([value is not None for value in labels[role]], dtype=bool)
        if "cluster" in self.columns and not clustered:
            notices.append(Notice("clusters_ignored", {"column": self.columns["cluster"]}))
        for role in ("group", *values, *labels):
            if count := self.missing_counts.get(role, 0):
                notices.append(_missing_notice(self.columns[role], count, self.missing[role]))
        return Sample.of(
            treated=treated[keep],
            **{role: column[keep] for role, column in values.items()},
            **{role: column[keep] for role, column in labels.items()},
            notices=notices,
        )


def _missing_notice(column: str, count: int, lines: list[int]) -> Notice:
    shown = ", ".join(str(line) for line in lines[:10]) + (" …" if count > 10 else "")
    return Notice("missing_values", {"count": count, "column": column, "lines": shown})


def look(source: Source, *, rows: int = 5) -> Preview:
    """Headings, guessed roles and first rows of a file; raises Refused on identifiers."""
    with opened(source) as table:
        refuse_identifying(table.headings)
        first = []
        for line, row in islice(table.rows, rows):
            for heading, cell in zip(table.headings, row, strict=False):
                if cell is not None and (code := identifiers.find(str(cell))):
                    raise refuse_lines([Problem(line, heading, code)])
            first.append(["" if cell is None else str(cell) for cell in row])
        return Preview(table.headings, guess(table.headings), first, table.kind)


def guess(headings: list[str]) -> dict[str, str]:
    """Which heading plays which role, by name; raises Refused when two claim the same."""
    folded = [fold(heading) for heading in headings]
    found: dict[str, str] = {}
    for role, names in ROLES.items():
        for name in names:
            places = [i for i, heading in enumerate(folded) if heading == name]
            if len(places) > 1:
                raise Refused(
                    "duplicate_column",
                    _("Deux colonnes s’appellent « %(name)s » : gardez-en une.")
                    % {"name": headings[places[0]]},
                )
            if places:
                found[role] = headings[places[0]]
                break
    return found


def missing_columns(absent: list[str], present: list[str]) -> Refused:
    return Refused(
        "missing_column",
        _("Colonne(s) absente(s) : %(absent)s. Le fichier a : %(present)s.")
        % {"absent": ", ".join(absent), "present": ", ".join(h for h in present if h) or "–"},
    )


def refuse_identifying(headings: list[str]) -> None:
    wrong = [Problem(1, h, "identifying") for h in headings if identifiers.in_heading(h)]
    if wrong:
        raise refuse_lines(wrong)


def read(
    source: Source,
    *,
    required: tuple[str, ...] = (),
    columns: Mapping[str, str] | None = None,
    groups: Mapping[str, str] | None = None,
    binary: bool = False,
    max_rows: int | None = None,
    repeated: bool = False,
) -> Table:
    """Read and check a file of units.

    ``source``: a path or a binary file that can be rewound. ``required``: roles that must be
    there (``needed(design)``). ``columns``: role → heading, for files with other headings
    (others are guessed). ``groups``: label in the file → ``treated`` or ``control``, for files
    with other labels. ``binary``: ``post`` (and ``pre``) hold yes or no. ``max_rows``: a lower
    limit than the module's. ``repeated``: the same unit may come back (a line for each period).

    Raises Refused: unreadable or empty file, missing column, too many rows, or bad lines
    (``.problems`` names each with its line, column and reason).
    """
    with opened(source) as table:
        return _Reader(
            table, required, columns or {}, groups or {}, binary, repeated=repeated
        ).read(max_rows)


class _Reader:
    """Holds what is known while rows go by."""

    def __init__(
        self,
        opened_table: Opened,
        required: tuple[str, ...],
        columns: Mapping[str, str],
        groups: Mapping[str, str],
        binary: bool,
        *,
        repeated: bool,
    ) -> None:
        self.repeated = repeated
        self.source = opened_table
        headings = opened_table.headings
        refuse_identifying(headings)
        chosen = guess(headings) | {role: name.strip() for role, name in columns.items() if name}
        absent = [role for role in required if role not in chosen]
        absent += [name for name in chosen.values() if name not in headings]
        if absent:
            raise missing_columns(absent, headings)
        for name in chosen.values():
            if headings.count(name) > 1:
                raise Refused(
                    "duplicate_column",
                    _("Deux colonnes s’appellent « %(name)s » : gardez-en une.") % {"name": name},
                )
        places = {role: headings.index(name) for role, name in chosen.items()}
        self.width = len(headings)
        self.table = Table(columns=chosen)
        self.group_place = places.get("group")
        self.numbers = [
            (role, places[role], getattr(self.table, role)) for role in NUMBERS if role in places
        ]
        self.labels = [
            (role, places[role], getattr(self.table, role)) for role in LABELS if role in places
        ]
        self.groups = {fold(k): v == "treated" for k, v in groups.items()}
        self.required = required
        self.plain = not binary
        self.numeric = cells.binary if binary else cells.number
        self.problems: list[Problem] = []
        self.more = 0
        self.units: set[str] = set()
        self.points = self.commas = False
        self.seen: dict[str, int] = {}
        self.names: dict[str, str] = {}

    def wrong(self, line: int, place: int | None, code: str, value: str = "") -> None:
        if len(self.problems) >= LISTED:
            self.more += 1
            return
        heading = "" if place is None else self.source.headings[place]
        self.problems.append(Problem(line, heading, code, value))

    def read(self, max_rows: int | None) -> Table:
        most = min(max_rows or self.source.most_rows, self.source.most_rows)
        width = self.width
        for line, row in self.source.rows:
            if len(self.table) >= most:
                raise Refused(
                    "too_many_rows",
                    _(
                        "Le fichier dépasse %(most)s lignes, la limite pour ce format : gardez une ligne par unité, ou tirez un échantillon."
                    )
                    % {"most": f"{most:_}".replace("_", "\u202f")},
                )
            if len(row) > width and any(cell not in (None, "") for cell in row[width:]):
                self.wrong(line, None, "cells")
            self.keep(line, row if len(row) >= width else [*row, *[None] * (width - len(row))])
        if self.problems:
            raise refuse_lines(self.problems, self.more)
        if not len(self.table):
            raise Refused("no_rows", _("Le fichier n’a que des titres de colonnes, aucune ligne."))
        if self.points and self.commas:
            self.table.notices.append(Notice("mixed_decimals"))
        return self.table

    def keep(self, line: int, row: list[Any]) -> None:
        for place, cell in enumerate(row[: self.width]):
            # Most cells are short: looking at each with care would triple the time of a file.
            if type(cell) is str:
                if (len(cell) >= identifiers.SHORTEST or "@" in cell) and (
                    code := identifiers.find(cell)
                ):
                    self.wrong(line, place, code)
            elif type(cell) is int and cell > 10**12 and (code := identifiers.find(str(cell))):
                self.wrong(line, place, code)
        self.table.lines.append(line)
        for role, place, kept in self.numbers:
            cell = row[place]
            if self.plain and type(cell) in PLAIN:
                try:
                    value = float(cell)
                except ValueError:
                    pass
                else:
                    if -LARGEST < value < LARGEST and not (type(cell) is str and "_" in cell):
                        kept.append(value)
                        self.points = self.points or (type(cell) is str and "." in cell)
                        continue
            kept.append(self.measured(role, line, place, cell))
        for role, place, names in self.labels:
            names.append(self.labelled(role, line, place, row[place]))
        if self.group_place is not None:
            self.table.group.append(self.grouped(line, self.group_place, row[self.group_place]))

    def measured(self, role: str, line: int, place: int, cell: Any) -> float:
        try:
            value = self.numeric(cell)
        except cells.BadCell as bad:
            # A column that this design doesn't use may hold anything.
            if not self.required or role in self.required:
                self.wrong(line, place, bad.code, bad.value)
            return float("nan")
        if value is None:
            self.lacking(role, line)
            return float("nan")
        self.commas = self.commas or (isinstance(cell, str) and "," in cell)
        return value

    def grouped(self, line: int, place: int, cell: Any) -> int:
        if isinstance(cell, str) and cell in self.seen:
            return self.seen[cell]
        try:
            known = self.groups.get(fold(str(cell))) if self.groups else None
            value = cells.group(cell) if known is None else known
        except cells.BadCell as bad:
            self.wrong(line, place, bad.code, bad.value)
            return -1
        if value is None:
            if "group" in self.required:
                self.wrong(line, place, "no_group")
            else:
                self.lacking("group", line)
            return -1
        if isinstance(cell, str) and len(self.seen) < REMEMBERED:
            self.seen[cell] = int(value)
        return int(value)

    def labelled(self, role: str, line: int, place: int, cell: Any) -> str | None:
        value = self.names.get(cell) if type(cell) is str else None
        if value is None:
            value = cells.label(cell)
            if value is None:
                self.lacking(role, line)
                return None
            if type(cell) is str and len(self.names) < REMEMBERED:
                # One text for the thousand units of a cluster, not a thousand.
                self.names[cell] = value
        if role == "unit":
            if value in self.units and not self.repeated:
                self.wrong(line, place, "duplicate", value)
            self.units.add(value)
        return value

    def lacking(self, role: str, line: int) -> None:
        self.table.missing_counts[role] = self.table.missing_counts.get(role, 0) + 1
        listed = self.table.missing.setdefault(role, [])
        if len(listed) < LISTED:
            listed.append(line)
