"""What the rows behind a figure add up to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from essaim.insights.computing import money
from essaim.insights.computing.measured import quartiles
from essaim.insights.models import Figure
from essaim.insights.reading import code_of_rows
from essaim.insights.rows import PROVEN_ONES, listing

# From the cells of the rows to the value of their figure; a count unless said.
SUMS: dict[str, Any] = {
    "served": lambda cells: sum(c[-1] or 0 for c in cells),
    "need_aimed": lambda cells: sum(c[1] for c in cells) if cells else None,
    "need_covered": lambda cells: sum(c[0] or 0 for c in cells) if cells else None,
    "need_remaining": lambda cells: sum(c[1] for c in cells) if cells else None,
    **dict.fromkeys(money.KEYS, lambda cells: sum(c[-1] for c in cells)),
    "avoided": lambda cells: sum(c[2] for c in cells) if cells else None,
    "avoided_told": lambda cells: sum(c[-1] for c in cells) if cells else None,
}
MEDIANS = {("waiting", "phase"), ("delays", "phase")}


def rows_make_up_the_figures() -> set[str]:
    """Raises AssertionError where rows say something else; returns the keys that were there."""
    found = set()
    figures_of_all = Figure.objects.of_latest().of_the_whole()
    for each in figures_of_all:
        made = listing(each.key, code_of_rows(each), each.scope)
        cells = [made.line(row).cells for row in made.queryset]
        about = (each.key, each.dimension, each.code, each.scope)
        if (each.key, each.dimension) in MEDIANS:
            known = [c[-1] for c in cells if c[-1] is not None]
            middle = quartiles(known)
            assert each.value == (middle[1] if middle else None), about
            assert (len(known), len(cells)) == (each.counted, each.total), about
        elif each.dimension == "support":
            taken = sum(c[-1] == "oui" for c in cells)
            assert (taken, len(cells)) == (each.counted, each.total), about
            assert each.value == round(Decimal(100 * taken) / len(cells), 1), about
        elif each.dimension == "mode":
            assert len(cells) == each.total, about
        else:
            assert SUMS.get(each.key, len)(cells) == each.value, about
        if each.dimension == "theme":
            proven = listing(each.key, each.code + PROVEN_ONES, each.scope)
            assert proven.queryset.count() == each.counted, about
        if each.value:
            found.add(each.key)
    return found
