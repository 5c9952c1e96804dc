"""A series of adoptions: columns ``t`` and ``adoptions``, one line a period."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from essaim.common.text import fold
from essaim.statistics.notices import Problem, Refused
from essaim.statistics.tables import cells
from essaim.statistics.tables.opening import Source, opened, refuse_lines
from essaim.statistics.tables.reading import missing_columns

TIMES = ("t", "temps", "periode", "annee", "an", "year", "period", "time")
ADOPTIONS = ("adoptions", "reprises", "adopters", "sales", "ventes", "nombre", "n")
MOST = 10_000


@dataclass
class Counted:
    """``adoptions`` as written: of each period, or running totals; None where the cell is empty."""

    t: list[float] = field(default_factory=list)
    adoptions: list[float | None] = field(default_factory=list)


def read_series(source: Source) -> Counted:
    """Raises Refused with the lines at fault."""
    with opened(source) as table:
        folded = [fold(heading) for heading in table.headings]
        places = {
            "t": next((folded.index(name) for name in TIMES if name in folded), None),
            "adoptions": next((folded.index(name) for name in ADOPTIONS if name in folded), None),
        }
        absent = [name for name, place in places.items() if place is None]
        if absent:
            raise missing_columns(absent, table.headings)
        found, problems = Counted(), []
        for line, row in table.rows:
            if len(found.t) >= MOST:
                raise Refused("too_many_rows", _("Trop de lignes : une ligne par période."))
            if any(cell not in (None, "") for cell in row[len(folded) :]):
                problems.append(Problem(line, "", "cells"))
                continue
            values: dict[str, Any] = {}
            for name, place in places.items():
                assert place is not None
                heading = table.headings[place]
                try:
                    values[name] = cells.number(row[place] if place < len(row) else None)
                except cells.BadCell as bad:
                    problems.append(Problem(line, heading, bad.code, bad.value))
                    continue
                if name == "t" and values["t"] is None:
                    problems.append(Problem(line, heading, "missing"))
            if len(values) == 2 and values["t"] is not None:
                found.t.append(values["t"])
                found.adoptions.append(values["adoptions"])
    if problems:
        raise refuse_lines(problems[:100], max(0, len(problems) - 100))
    if not found.t:
        raise Refused("no_rows", _("Le fichier n’a que des titres de colonnes, aucune ligne."))
    return found
