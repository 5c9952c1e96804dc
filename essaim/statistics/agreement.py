"""Agreement between readers: Fleiss' kappa, Krippendorff's alpha."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from essaim.statistics.notices import Notice, Refused

Level = Literal["nominal", "ordinal", "interval"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval")
Reading = float | str | None
FEW_ITEMS = 10  # below, an agreement is hardly known (ours)
MOST_VALUES = 2_000  # different values: the matrix of coincidences holds their square


@dataclass(frozen=True)
class Agreement:
    """``fleiss``: over items that every reader read (``complete_items``); ``nominal``,
    ``ordinal``, ``interval``: Krippendorff's alpha over items read at least twice
    (``pairable_items``). 1: full agreement; 0: what chance gives; None: can't be computed.
    """

    items: int
    readers: int
    readings: int
    complete_items: int
    pairable_items: int
    fleiss: float | None
    nominal: float | None
    ordinal: float | None
    interval: float | None
    warnings: tuple[Notice, ...] = ()

    def to_json(self) -> dict[str, Any]:
        record = asdict(self)
        alphas = {level: record.pop(level) for level in LEVELS}
        return {
            **record,
            "krippendorff": alphas,
            "warnings": [str(notice) for notice in self.warnings],
        }


def fleiss(counts: Sequence[Sequence[int]]) -> float | None:
    """Fleiss' kappa (1971) from a table: a row per item, a column per category, of counts.

    Every row has the same number (≥ 2) of readings; None when all fall in one category.
    """
    import numpy as np

    table = np.asarray(counts, dtype=float)
    if table.ndim != 2 or not len(table) or np.any(table < 0):
        raise Refused("counts", _("Il faut un tableau de nombres de lectures par catégorie."))
    readings = table.sum(axis=1)
    n = float(readings[0])
    if n < 2 or not np.all(readings == n):
        raise Refused(
            "unequal_readings",
            _("Le kappa de Fleiss demande le même nombre de lectures (au moins deux) par élément."),
        )
    shares = table.sum(axis=0) / table.sum()
    by_chance = float((shares**2).sum())
    if by_chance >= 1:
        return None
    observed = float((((table**2).sum(axis=1) - n) / (n * (n - 1))).mean())
    return (observed - by_chance) / (1 - by_chance)


def krippendorff(readings: Sequence[Sequence[Reading]], level: str = "ordinal") -> float | None:
    """Krippendorff's alpha (2011): a row per item, a value per reader, None where not read.

    ``ordinal`` and ``interval`` need numbers. None when no item was read twice or when all
    readings are the same (nothing to agree upon). Source: « Computing Krippendorff's
    Alpha-Reliability », 2011.
    """
    import numpy as np

    if level not in LEVELS:
        raise Refused("level", _("Niveau de mesure inconnu : nominal, ordinal ou interval."))
    units = [[value for value in row if not _absent(value)] for row in readings]
    units = [row for row in units if len(row) >= 2]
    values = sorted({value for row in units for value in row}, key=_order)
    if level != "nominal" and any(isinstance(value, str) for value in values):
        raise Refused("not_numbers", _("Ce niveau de mesure demande des nombres."))
    if len(values) > MOST_VALUES:
        raise Refused("too_many_values", _("Trop de valeurs différentes pour calculer un accord."))
    if len(values) < 2:
        return None
    place = {value: i for i, value in enumerate(values)}
    coincidences = np.zeros((len(values), len(values)))
    for row in units:
        counts = np.zeros(len(values))
        for value in row:
            counts[place[value]] += 1
        held = np.flatnonzero(counts)
        own = counts[held]
        pairs = np.outer(own, own) - np.diag(own)
        coincidences[np.ix_(held, held)] += pairs / (len(row) - 1)
    totals = coincidences.sum(axis=1)
    n = float(totals.sum())
    distance = _distances(values, totals, level)
    expected = float((np.outer(totals, totals) * distance).sum()) / (n * (n - 1))
    observed = float((coincidences * distance).sum()) / n
    return 1 - observed / expected if expected > 0 else None


def _absent(value: Reading) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _order(value: Any) -> tuple[bool, Any]:
    return isinstance(value, str), value


def _distances(values: Sequence[Any], totals: Any, level: str) -> Any:
    """Squared differences δ² between values, by level of measurement."""
    import numpy as np

    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level == "interval":
        numbers = np.array(values, dtype=float)
        largest = float(np.abs(numbers).max())
        numbers = numbers / largest if largest else numbers
        return (numbers[:, None] - numbers[None, :]) ** 2
    # Ordinal: how many readings lie between two ranks, ends counted half.
    middle = np.cumsum(totals) - totals / 2
    return (middle[:, None] - middle[None, :]) ** 2


def agreement(readings: Sequence[Sequence[Reading]]) -> Agreement:
    """All measures at once; what can't be computed is None, and a warning says why."""
    if not readings:
        raise Refused("no_items", _("Aucun élément lu."))
    width = max(len(row) for row in readings)
    if width < 2:
        raise Refused("one_reader", _("Il faut au moins deux lecteurs pour parler d’accord."))
    present = [[value for value in row if not _absent(value)] for row in readings]
    pairable = sum(len(row) >= 2 for row in present)
    if not pairable:
        raise Refused("no_pair", _("Aucun élément n’a été lu deux fois : l’accord est inconnu."))
    complete = [row for row in present if len(row) == width]
    notices: list[Notice] = []
    if len({value for row in present for value in row}) < 2:
        notices.append(Notice("no_disagreement_possible"))
    if pairable < len(readings):
        notices.append(Notice("read_once", {"count": len(readings) - pairable}))
    if not complete:
        notices.append(Notice("no_complete_item"))
    elif len(complete) < len(readings):
        notices.append(Notice("fleiss_partial", {"count": len(complete)}))
    if pairable < FEW_ITEMS:
        notices.append(Notice("few_items", {"count": pairable}))
    alphas: dict[str, float | None] = {}
    for level in LEVELS:
        try:
            alphas[level] = krippendorff(readings, level)
        except Refused:
            alphas[level] = None
    if any(isinstance(value, str) for row in present for value in row):
        notices.append(Notice("text_readings"))
    return Agreement(
        items=len(readings), readers=width, readings=sum(map(len, present)),
        complete_items=len(complete), pairable_items=pairable,
        fleiss=fleiss(_counts(complete)) if complete else None,
        **alphas, warnings=tuple(notices),
    )  # fmt: skip


def _counts(rows: list[list[Any]]) -> list[list[int]]:
    values = sorted({value for row in rows for value in row}, key=_order)
    return [[row.count(value) for value in values] for row in rows]
