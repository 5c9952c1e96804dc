"""A series of adoptions, put in order and judged before anything is fitted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from essaim.statistics.notices import Notice, Refused, number

# Three values to find want more than three periods; a fixed market leaves two.
FEWEST_FREE, FEWEST_FIXED = 5, 4
FEW = 8  # below, intervals are wide and depend on each value
FEWEST_WITH_ADOPTIONS = 3
MOST_PERIODS = 2_000
LARGEST = 1e12
TOLERANCE = 1e-3  # of a period: decimal times are rounded


@dataclass(frozen=True)
class Series:
    """``t`` in the units of the file, rising; ``adoptions`` in the period that ends (or is named)
    there, None where unknown. ``step``: length of a period in units of t.
    """

    t: tuple[float, ...]
    adoptions: tuple[float, ...]
    step: float
    launch: float
    notices: tuple[Notice, ...] = ()

    @property
    def periods(self) -> list[float]:
        """Times of the values, in whole periods since launch: decimal times (2015.1, 1/12) aren't
        exact, their periods are."""
        return [float(round((t - self.launch) / self.step)) for t in self.t]

    @property
    def total(self) -> float:
        return math.fsum(self.adoptions)

    def at(self, periods: float) -> float:
        """A time counted in periods since launch, in the units of the file."""
        return self.launch + periods * self.step


def of(
    t: Sequence[float],
    adoptions: Sequence[float | None],
    *,
    cumulative: bool = False,
    launch: float | None = None,
) -> Series:
    """A series fit to be fitted; raises Refused where it can't be.

    ``adoptions`` are those of each period, or with ``cumulative`` of all periods so far.
    ``launch``: when the first period began; by default one period before the first t.
    """
    if any(not math.isfinite(value) or abs(value) > LARGEST for value in t):
        raise Refused("time", _("Chaque ligne porte un temps t, en nombre."))
    rows = sorted(zip(t, adoptions, strict=True), key=lambda row: row[0])
    notices = [] if [row[0] for row in rows] == list(t) else [Notice("unsorted_times")]
    for before, after in pairwise(rows):
        if before[0] == after[0]:
            raise Refused(
                "same_time",
                _("Le temps t = %(t)s figure deux fois : une ligne par période.")
                % {"t": number(before[0], 0 if before[0] == int(before[0]) else 2)},
            )
    known = [(time, value) for time, value in rows if value is not None]
    if len(known) < len(rows):
        notices.append(Notice("unknown_periods", {"count": len(rows) - len(known)}))
    _refuse_values(known)
    gaps, step = _on_one_step([row[0] for row in rows])
    if gaps:
        notices.append(Notice("gaps_in_time", {"count": gaps}))
    if cumulative:
        known = _per_period(known, step)
    elif _looks_cumulative([value for _time, value in known]):
        notices.append(Notice("looks_cumulative"))
    values = [value for _time, value in known]
    if known and not any(values):
        raise Refused("zeros", _("Toutes les valeurs sont nulles : il n’y a rien à prolonger."))
    if known and sum(value > 0 for value in values) < FEWEST_WITH_ADOPTIONS <= len(known):
        raise Refused(
            "hardly_any",
            _(
                "Moins de trois périodes ont des reprises : elles ne dessinent pas encore de courbe."
            ),
        )
    first = rows[0][0] if rows else 0.0
    begun = first - step if launch is None else launch
    _refuse_launch(begun, first, step)
    return Series(
        tuple(time for time, _value in known), tuple(values), step, begun, tuple(notices)
    )  # fmt: skip


def _refuse_values(known: list[tuple[float, float]]) -> None:
    if len(known) > MOST_PERIODS:
        raise Refused(
            "too_many_periods",
            _("Plus de %(most)s périodes : regroupez-les (par mois, par année).")
            % {"most": number(MOST_PERIODS)},
        )
    for _time, value in known:
        if not math.isfinite(value) or value > LARGEST:
            raise Refused("huge", _("Une valeur est démesurée : vérifiez l’unité."))
        if value < 0:
            raise Refused(
                "negative",
                _(
                    "Un nombre de reprises est négatif : un cumul ne peut pas baisser. Comptez les "
                    "reprises commencées à chaque période ; celles qui cessent se comptent à part."
                ),
            )


def _refuse_launch(begun: float, first: float, step: float) -> None:
    before = (first - begun) / step
    if not math.isfinite(before) or before > MOST_PERIODS:
        raise Refused(
            "launch",
            _("Le lancement précède de plus de %(most)s périodes la première : vérifiez-le.")
            % {"most": number(MOST_PERIODS)},
        )
    if before < -TOLERANCE:
        raise Refused("launch", _("Le lancement ne peut pas suivre la première période."))
    if abs(before - round(before)) > TOLERANCE:
        raise Refused(
            "launch",
            _(
                "Le lancement tombe au milieu d’une période : donnez le début de l’une d’elles, "
                "soit le premier t moins un nombre entier de pas (le pas est de %(step)s)."
            )
            % {"step": number(step, 0 if step == int(step) else 3)},
        )


def _on_one_step(times: list[float]) -> tuple[int, float]:
    """Periods without a line, and the length of a period over the whole series; refuses times
    that aren't on one step."""
    shortest = min((b - a for a, b in pairwise(times)), default=1.0)
    missing = 0
    for before, after in pairwise(times):
        steps = (after - before) / shortest
        if abs(steps - round(steps)) > TOLERANCE:
            raise Refused(
                "irregular",
                _(
                    "Les temps t ne suivent pas un pas régulier : donnez une ligne par période "
                    "(année, trimestre, mois)."
                ),
            )
        missing += round(steps) - 1
    if missing > MOST_PERIODS:
        raise Refused(
            "irregular", _("Un trou démesuré sépare deux périodes : vérifiez la colonne t.")
        )
    if len(times) < 2:
        return missing, shortest
    return missing, (times[-1] - times[0]) / (len(times) - 1 + missing)


def _per_period(known: list[tuple[float, float]], step: float) -> list[tuple[float, float]]:
    """Differences of a cumulative series; after a gap, nobody knows in which period they were."""
    found = known[:1]
    for (before, low), (time, high) in pairwise(known):
        if high < low:
            raise Refused(
                "decreasing",
                _("Un cumul ne peut pas baisser : vérifiez la ligne t = %(t)s.")
                % {"t": number(time, 0 if time == int(time) else 2)},
            )
        if round((time - before) / step) == 1:
            found.append((time, high - low))
    return found


def _looks_cumulative(values: list[float]) -> bool:
    """Many values that never fall: more often a running total than a long rise."""
    return len(values) >= FEW and all(b >= a for a, b in pairwise(values)) and values[-1] > 0
