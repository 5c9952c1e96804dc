"""Someone declines: others take over, and nearly everybody keeps what they have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from essaim.peers.assignment.problem import codes_of
from essaim.peers.assignment.solve import Assignment, solve


@dataclass(frozen=True)
class Replacement:
    """``removed`` holds what was declined, and what had to move for others."""

    assignment: Assignment
    added: np.ndarray
    removed: np.ndarray
    moved: int  # pairs that nobody declined and that still had to change


def replaced(
    similarity: Any,
    current: Iterable[tuple[int, int]],
    *,
    max_load: Any,
    min_load: Any = 0,
    declined: Iterable[tuple[int, int]] = (),
    gone: Iterable[int] = (),
    begun: Iterable[tuple[int, int]] = (),
    conflicts: Any = None,
    **asked: Any,
) -> Replacement:
    """A new assignment with the least change: first as many pairs kept as can be, then the
    greatest similarity. Raises Impossible as ``solve`` does.

    ``declined``: pairs refused; ``gone``: readers who read nothing any more, beyond what they
    have ``begun``: pairs that stay whatever happens. Minimum loads are not asked of those who
    declined. The other arguments are those of ``solve``.
    """
    items, readers = np.asarray(similarity).shape
    before = codes_of(current, items, readers, "current")
    refused = codes_of(declined, items, readers, "declined")
    fixed = codes_of(begun, items, readers, "begun")
    barred = np.union1d(codes_of(conflicts, items, readers, "conflicts"), refused)
    high = np.broadcast_to(np.asarray(max_load, dtype=np.int64), (readers,)).copy()
    low = np.broadcast_to(np.asarray(min_load, dtype=np.int64), (readers,)).copy()
    leaving = np.asarray(sorted(set(gone)), dtype=np.int64)
    high[leaving] = 0
    low[leaving] = 0
    low[np.unique(refused % readers)] = 0
    fixed = np.setdiff1d(fixed, refused)
    found = solve(
        similarity,
        max_load=high,
        min_load=low,
        conflicts=_pairs(np.setdiff1d(barred, fixed), readers),
        fixed=_pairs(fixed, readers),
        kept=_pairs(before, readers),
        **asked,
    )
    after = found.pairs[:, 0] * readers + found.pairs[:, 1]
    lost = np.setdiff1d(before, after)
    left = np.isin(lost, refused) | np.isin(lost % readers, leaving)
    return Replacement(
        assignment=found,
        added=_pairs(np.setdiff1d(after, before), readers),
        removed=_pairs(lost, readers),
        moved=int((~left).sum()),
    )


def _pairs(codes: np.ndarray, readers: int) -> np.ndarray:
    return np.stack(np.divmod(codes, readers), axis=1)
