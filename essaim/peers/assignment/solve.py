"""The assignment: exact sizes, loads within bounds, conflicts never, the greatest total."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from essaim.peers.assignment import candidates
from essaim.peers.assignment import fairness as fair
from essaim.peers.assignment.candidates import EXACT, Optimum, Progress, silent
from essaim.peers.assignment.diagnosis import Impossible, diagnose
from essaim.peers.assignment.problem import Part, Problem, problem

OPTIMAL, FEASIBLE, FAIR = "optimal", "feasible", "fair"


@dataclass(frozen=True)
class Assignment:
    """``pairs``: (item, reader), by item then reader.

    ``bound`` is proved by prices over all pairs; ``gap`` is what remains between it and the
    objective: nothing for ``optimal``. With a fairness other than ``total`` the objective may
    be less than the bound on purpose: ``given_up`` says by how much.
    """

    pairs: np.ndarray
    objective: float
    status: str
    bound: float
    quality: np.ndarray  # total similarity of each item's readers
    loads: np.ndarray
    worst: float  # mean similarity of the readers of the item that has the least
    by_college: dict[Hashable, dict[str, float]] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        return self.bound - self.objective if self.status == FEASIBLE else 0.0

    @property
    def given_up(self) -> float:
        return max(self.bound - self.objective, 0.0)


def solve(
    similarity: Any,
    *,
    per_item: Any,
    max_load: Any,
    min_load: Any = 0,
    conflicts: Any = None,
    colleges: Sequence[Hashable] | None = None,
    fixed: Any = None,
    kept: Any = None,
    fairness: str = "total",
    tell: Progress = silent,
) -> Assignment:
    """The best assignment; raises Impossible (with causes and remedies) or InvalidProblem.

    ``similarity``: items × readers, finite; ``per_item``: a number, or one per item, or by
    college when ``colleges`` gives that of each reader; ``max_load``, ``min_load``: a number or
    one per reader (a reader of load 0 takes no part); ``conflicts``, ``fixed``, ``kept``: a
    mask or pairs. Fixed pairs are in the answer; kept pairs stay wherever they can, before any
    gain. ``fairness``: ``total``, or ``worst`` (see ``fairness.py``). Nothing is written.
    """
    asked = problem(
        similarity,
        per_item=per_item,
        max_load=max_load,
        min_load=min_load,
        conflicts=conflicts,
        colleges=colleges,
        fixed=fixed,
        kept=kept,
    )
    return solve_problem(asked, fairness=fairness, tell=tell)


def solve_problem(
    asked: Problem, *, fairness: str = "total", tell: Progress = silent
) -> Assignment:
    if fairness not in ("total", "worst"):
        raise ValueError(f"fairness: {fairness!r}")
    parts = asked.parts()
    found: list[Optimum | None] = [candidates.optimum(part, tell) for part in parts]
    if any(best is None for best in found):
        raise Impossible(*diagnose([p for p, best in zip(parts, found, strict=True) if not best]))
    known = [best for best in found if best]
    if fairness == "worst":
        chosen = [fair.fairer(part, best) for part, best in zip(parts, known, strict=True)]
    else:
        chosen = [best.codes for best in known]
    return _gathered(asked, parts, known, chosen, fairness)


def _gathered(
    asked: Problem,
    parts: list[Part],
    known: list[Optimum],
    chosen: list[np.ndarray],
    fairness: str,
) -> Assignment:
    pairs, by_college, limit, exact = [], {}, 0.0, True
    for part, best, codes in zip(parts, known, chosen, strict=True):
        whole = np.union1d(codes, part.fixed)
        rows, columns = np.divmod(whole, max(part.width, 1))
        pairs.append(np.stack([rows, part.readers[columns]], axis=1))
        # What kept pairs count beside their similarity is no part of the objective.
        total = float(part.values(codes).sum())
        fixed = float(part.values(part.fixed).sum())
        slack = best.bound - best.objective
        exact &= slack <= EXACT * max(1.0, abs(best.objective)) * (10 if len(part.kept) else 1)
        limit += float(part.values(best.codes).sum()) + slack + fixed
        by_college[part.college] = {"objective": total + fixed, "readings": len(whole)}
    together = np.concatenate(pairs) if pairs else np.empty((0, 2), dtype=np.int64)
    together = together[np.lexsort((together[:, 1], together[:, 0]))]
    values = asked.similarity[together[:, 0], together[:, 1]].astype(np.float64)
    quality = np.bincount(together[:, 0], weights=values, minlength=asked.shape[0])
    readings = np.bincount(together[:, 0], minlength=asked.shape[0])
    objective = float(values.sum())
    return Assignment(
        pairs=together,
        objective=objective,
        status=FAIR if fairness == "worst" else OPTIMAL if exact else FEASIBLE,
        bound=max(limit, objective),
        quality=quality,
        loads=np.bincount(together[:, 1], minlength=asked.shape[1]),
        worst=float((quality[readings > 0] / readings[readings > 0]).min())
        if (readings > 0).any()
        else 0.0,
        by_college=by_college,
    )
