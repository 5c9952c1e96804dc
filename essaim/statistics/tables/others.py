"""Two other tables: effects of several sites, and readings of several readers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from essaim.common.text import fold
from essaim.statistics.notices import Problem, Refused
from essaim.statistics.tables import cells
from essaim.statistics.tables.opening import Source, opened, refuse_lines
from essaim.statistics.tables.reading import missing_columns, refuse_identifying

MOST_SITES = 10_000
MOST_ITEMS = 100_000
MOST_READERS = 1_000


@dataclass
class Effects:
    """``yi``: effects; ``vi``: their variances (squared standard errors); ``names``: sites."""

    yi: list[float] = field(default_factory=list)
    vi: list[float] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


@dataclass
class Readings:
    """A row per item, a value per reader (number, or text where a column isn't numeric)."""

    items: list[str] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    rows: list[list[float | str | None]] = field(default_factory=list)


def _too_many(most: int) -> Refused:
    return Refused(
        "too_many_rows",
        _("Le fichier dépasse %(most)s lignes, la limite de ce calcul.") % {"most": most},
    )


def read_effects(source: Source) -> Effects:
    """Columns ``yi``, ``vi`` and optionally ``site``; raises Refused with the lines at fault."""
    with opened(source) as table:
        refuse_identifying(table.headings)
        folded = [fold(heading) for heading in table.headings]
        absent = [name for name in ("yi", "vi") if name not in folded]
        if absent:
            raise missing_columns(absent, table.headings)
        site = next((folded.index(n) for n in ("site", "study", "etude") if n in folded), None)
        found, problems = Effects(), []
        for line, row in table.rows:
            if len(found.yi) >= MOST_SITES:
                raise _too_many(MOST_SITES)
            if len(row) > len(folded) and any(
                cell not in (None, "") for cell in row[len(folded) :]
            ):
                problems.append(Problem(line, "", "cells"))
                continue
            values: dict[str, float] = {}
            for name in ("yi", "vi"):
                place = folded.index(name)
                try:
                    value = cells.number(row[place] if place < len(row) else None)
                except cells.BadCell as bad:
                    problems.append(Problem(line, name, bad.code, bad.value))
                    continue
                if value is None:
                    problems.append(Problem(line, name, "missing"))
                elif name == "vi" and value <= 0:
                    problems.append(Problem(line, name, "variance"))
                else:
                    values[name] = value
            if len(values) == 2:
                found.yi.append(values["yi"])
                found.vi.append(values["vi"])
                label = cells.label(row[site]) if site is not None and site < len(row) else None
                found.names.append(label or str(len(found.yi)))
    if problems:
        raise refuse_lines(problems[:100], max(0, len(problems) - 100))
    if not found.yi:
        raise Refused("no_rows", _("Le fichier n’a que des titres de colonnes, aucune ligne."))
    return found


def read_readings(source: Source) -> Readings:
    """First column: item; then one column a reader; an empty cell is an item not read.

    Readings are all numbers, or all words (categories): a word among numbers is a slip.
    """
    with opened(source) as table:
        refuse_identifying(table.headings[:1])
        if len(table.headings) < 3:
            raise Refused(
                "one_reader",
                _("Il faut une colonne d’éléments, puis une colonne par lecteur (deux au moins)."),
            )
        if len(table.headings) > MOST_READERS:
            raise Refused("too_many_readers", _("Trop de lecteurs pour ce calcul."))
        found = Readings(readers=table.headings[1:])
        raw: list[tuple[int, list[Any]]] = []
        problems: list[Problem] = []
        known: set[str] = set()
        for line, row in table.rows:
            if len(raw) >= MOST_ITEMS:
                raise _too_many(MOST_ITEMS)
            if len(row) > len(table.headings) and any(
                cell not in (None, "") for cell in row[len(table.headings) :]
            ):
                problems.append(Problem(line, "", "cells"))
            item = cells.label(row[0])
            if item is None:
                problems.append(Problem(line, table.headings[0], "missing"))
                continue
            if item in known:
                problems.append(Problem(line, table.headings[0], "duplicate", item))
            known.add(item)
            found.items.append(item)
            readings = row[1 : len(table.headings)]
            raw.append((line, [*readings, *[None] * (len(found.readers) - len(readings))]))
    if not problems:
        found.rows, problems = _numbers(raw, found.readers)
        if problems and not any(isinstance(v, float) for row in found.rows for v in row):
            found.rows, problems = [[_word(cell) for cell in row] for _line, row in raw], []
    if problems:
        raise refuse_lines(problems[:100], max(0, len(problems) - 100))
    if not found.rows:
        raise Refused("no_rows", _("Le fichier n’a que des titres de colonnes, aucune ligne."))
    return found


def _numbers(
    raw: list[tuple[int, list[Any]]], readers: list[str]
) -> tuple[list[list[float | str | None]], list[Problem]]:
    """Readings as numbers, and the cells that aren't."""
    rows: list[list[float | str | None]] = []
    problems = []
    for line, row in raw:
        values: list[float | str | None] = []
        for reader, cell in zip(readers, row, strict=True):
            try:
                values.append(cells.number(cell))
            except cells.BadCell as bad:
                values.append(None)
                problems.append(Problem(line, reader, bad.code, bad.value))
        rows.append(values)
    return rows, problems


def _word(cell: Any) -> str | None:
    value = cells.label(cell)
    return None if value is None else value.casefold()
