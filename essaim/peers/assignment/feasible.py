"""Is there any assignment at all? A greatest flow answers, and its cut says who is in the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from essaim.peers.assignment.problem import CHUNK, Part

DENSE = 3_000_000  # pairs that are all looked at; beyond, candidates are chosen


@dataclass(frozen=True)
class Filling:
    """``missing`` readings at the greatest flow; its cuts prove that no more can be had."""

    missing: int
    reachable_readers: np.ndarray  # mask: could take one more reading
    reachable_items: np.ndarray  # mask: could be given by these
    # Masks: the items that lack readers and those who share them, with these readers: together
    # they ask for more than these can give.
    blocking_items: np.ndarray
    blocking_readers: np.ndarray
    codes: np.ndarray
    chosen: np.ndarray


def fill(part: Part, codes: np.ndarray | None = None) -> Filling:
    """The greatest number of readings within all bounds, over all pairs that may be.

    With many pairs a few are tried first; pairs across the cut are added until none is left.
    """
    if codes is None:
        if part.items * part.width <= DENSE:
            return _greatest(part, part.allowed())
        codes = few(part)
    while True:
        found = _greatest(part, codes)
        if not found.missing:
            return found
        more = np.setdiff1d(_across(part, found), codes, assume_unique=True)
        if not len(more):
            return found
        codes = np.union1d(codes, more)


def _greatest(part: Part, codes: np.ndarray) -> Filling:
    """Minimum loads come first: their supply enters at the readers themselves."""
    from ortools.graph.python import max_flow

    rows, columns = np.divmod(codes, max(part.width, 1))
    source, rest, sink = (part.items + part.width + n for n in range(3))
    spare = max(part.asked - int(part.low.sum()), 0)
    readers, items = np.arange(part.width), np.arange(part.items)
    solver = max_flow.SimpleMaxFlow()

    def add(tails: np.ndarray, heads: np.ndarray, capacity: np.ndarray) -> np.ndarray:
        return solver.add_arcs_with_capacity(
            tails.astype(np.int32), heads.astype(np.int32), capacity.astype(np.int64)
        )

    pairs = add(part.items + columns, rows, np.ones(len(codes)))
    add(np.full(part.width, source), part.items + readers, part.low)
    add(np.full(part.width, rest), part.items + readers, part.high - part.low)
    add(np.array([source]), np.array([rest]), np.array([spare]))
    add(items, np.full(part.items, sink), np.maximum(part.need, 0))
    status = solver.solve(source, sink)
    if status != solver.OPTIMAL:
        raise ArithmeticError(f"flow: {status}")
    reached, blocking = np.zeros((2, sink + 1), dtype=bool)
    reached[np.asarray(solver.get_source_side_min_cut(), dtype=np.int64)] = True
    blocking[np.asarray(solver.get_sink_side_min_cut(), dtype=np.int64)] = True
    return Filling(
        missing=max(part.asked, int(part.low.sum())) - int(solver.optimal_flow()),
        reachable_readers=reached[part.items : part.items + part.width],
        reachable_items=reached[: part.items],
        blocking_items=blocking[: part.items],
        blocking_readers=blocking[part.items : part.items + part.width],
        codes=codes,
        chosen=solver.flows(pairs).astype(bool) if len(codes) else np.empty(0, dtype=bool),
    )


def few(part: Part) -> np.ndarray:
    """Pairs spread evenly over readers: enough for nearly any part without many conflicts."""
    count = np.minimum(part.need * 2 + 4, part.width)
    rows = np.repeat(np.arange(part.items), count)
    first = np.cumsum(count) - count
    within = np.arange(len(rows)) - np.repeat(first, count)
    columns = (np.repeat(first, count) + within) % part.width
    return usable(part, np.unique(rows * part.width + columns))


def usable(part: Part, codes: np.ndarray) -> np.ndarray:
    rows, columns = np.divmod(codes, part.width)
    open_pair = (part.need[rows] > 0) & (part.high[columns] > 0)
    return np.setdiff1d(codes[open_pair], part.barred, assume_unique=True)


def _across(part: Part, found: Filling) -> np.ndarray:
    """Pairs from a reader that has room to an item that lacks: some for each such item."""
    lacking = np.flatnonzero(~found.reachable_items & (part.need > 0))
    ready = np.flatnonzero(found.reachable_readers & (part.high > 0))
    if not len(lacking) or not len(ready):
        return np.empty(0, dtype=np.int64)
    groups = []
    for start in range(0, len(lacking), CHUNK):
        rows = lacking[start : start + CHUNK]
        table = rows[:, None] * part.width + ready
        keep = ~np.isin(table, found.codes) & ~np.isin(table, part.barred)
        keep &= np.cumsum(keep, axis=1) <= part.need[rows][:, None] + 2
        groups.append(table[keep])
    return np.unique(np.concatenate(groups))
