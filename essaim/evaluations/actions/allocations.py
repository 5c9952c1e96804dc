"""Drawing by lot who receives the action first."""

from __future__ import annotations

import math
import secrets
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.evaluations.intake import Identifying
from essaim.evaluations.models import Allocation, Evaluation, State
from essaim.statistics import allocation as lots
from essaim.statistics.notices import Problem
from essaim.statistics.tables import identifiers
from essaim.statistics.tables.cells import BadCell, number

from .journal import Kind, locked, moved_on, write

MOST_UNITS = 20_000
LONGEST = 100


@transaction.atomic
def draw(evaluation: Evaluation, *, by: Any, method: str, units: str, seed: str = "") -> Allocation:
    """Draw, and keep the seed, the list and what came out. Drawn again (while the plan is being
    written), the number of draws says so: choosing among draws is no chance any more."""
    evaluation = locked(evaluation)
    if evaluation.state != State.DRAFT:
        raise moved_on(evaluation)
    rows = _rows(units)
    seed = seed.strip() or str(secrets.randbelow(10**9))
    drawn = _draw(method, rows, seed)
    record = drawn.to_dict()
    known = Allocation.objects.filter(evaluation=evaluation).first()
    allocation, _created = Allocation.objects.update_or_create(
        evaluation=evaluation,
        defaults={
            "method": method,
            "seed": seed,
            "generator": drawn.generator,
            "units": "\n".join(" ; ".join(row) for row in rows),
            "assigned": record["assigned"],
            "warnings": record["warnings"],
            "counts": drawn.n,
            "sha256": drawn.fingerprint,
            "draws": known.draws + 1 if known else 1,
        },
    )
    write(
        evaluation, Kind.ALLOCATED, by=by,
        details={"method": method, "seed": seed, "sha256": drawn.fingerprint, **drawn.n},
    )  # fmt: skip
    return allocation


def _rows(units: str) -> list[list[str]]:
    """Units as pasted: a name, and what pairs or groups it. Raises DomainError on identifiers."""
    rows, wrong = [], []
    for line, raw in enumerate(units.splitlines(), start=1):
        cells = [" ".join(cell.split())[:LONGEST] for cell in raw.replace("\t", ";").split(";")]
        if not any(cells):
            continue
        wrong += [Problem(line, "", code) for cell in cells if (code := identifiers.find(cell))]
        rows.append(cells)
        if len(rows) > MOST_UNITS:
            raise DomainError(_("Vingt mille unités au plus pour un tirage."), field="units")
    if wrong:
        raise DomainError(Identifying(wrong).message, field="units")
    return rows


def _draw(method: str, rows: list[list[str]], seed: str) -> lots.Allocation:
    if method == Allocation.Method.SIMPLE:
        return lots.simple([row[0] for row in rows], seed)
    short = next((n for n, row in enumerate(rows, start=1) if len(row) < 2 or not row[1]), None)
    if short:
        raise DomainError(
            _("Ligne %(line)s : ajoutez après un point-virgule ce qui rapproche les unités.")
            % {"line": short},
            field="units",
        )
    names = [row[0] for row in rows]
    twice = (
        next((name for n, name in enumerate(names) if name in set(names[:n])), None)
        if len(set(names)) < len(names)
        else None
    )
    if twice is not None:
        raise DomainError(
            _("L’unité « %(unit)s » figure deux fois.") % {"unit": twice}, field="units"
        )
    second = {row[0]: row[1] for row in rows}
    if method == Allocation.Method.CLUSTERS:
        return lots.clusters(second, seed)
    if method == Allocation.Method.STRATIFIED:
        return lots.stratified(second, seed)
    values: dict[str, float] = {}
    for line, (name, cell) in enumerate(second.items(), start=1):
        try:
            value = number(cell)
        except BadCell:
            value = None
        if value is None or math.isnan(value):
            raise DomainError(
                _("Ligne %(line)s : « %(cell)s » n’est pas un nombre.")
                % {"line": line, "cell": cell},
                field="units",
            )
        values[name] = value
    return lots.pairs(values, seed)
