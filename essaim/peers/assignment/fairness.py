"""No item left with poor readers, at the least cost in total.

For each κ: the greatest threshold at which every item can have κ readers at least as near as
that (all of its readers, for the greatest κ); items that hold the threshold down keep theirs
and the others' is raised further; then the greatest total under these floors. The κ that leaves
the worst-off items best is kept. The idea of floors by κ and of going on to the next worst-off
comes from PeerReview4All (Stelmakh, Shah, Singh, 2021), whose guarantee holds for the first
step; floors are flows here, so that they are exact and quick.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from essaim.peers.assignment import candidates, feasible, network
from essaim.peers.assignment.candidates import Optimum
from essaim.peers.assignment.problem import Part

PASSES = 3


@dataclass(frozen=True)
class Floors:
    """Each item gets at least ``count`` readers (or all it asks) no farther than ``floor``."""

    count: int
    floor: np.ndarray  # of each item


def fairer(part: Part, best: Optimum) -> np.ndarray:
    """Codes of an assignment whose worst-off item is at least as well off as in ``best``."""
    if not part.asked:
        return best.codes
    codes = _pairs(part)
    values = part.values(codes)
    choices = [best.codes]
    for count in _counts(int(part.need.max())):
        floors = _raised(part, codes, values, count)
        found = _cheapest(part, codes, values, floors)
        if found is not None:
            choices.append(found)
    return max(choices, key=lambda chosen: _standing(part, chosen))


def _pairs(part: Part) -> np.ndarray:
    if part.items * part.width <= feasible.DENSE:
        return part.allowed()
    filled = feasible.fill(part, candidates.nearest(part))
    return filled.codes


def _counts(most: int) -> list[int]:
    return sorted({1, min(2, most), min(3, most), (most + 1) // 2, most})


def _standing(part: Part, chosen: np.ndarray) -> tuple[tuple[float, ...], float]:
    """From the worst-off item up, then the total."""
    values = part.values(chosen)
    total = np.bincount(chosen // part.width, weights=values, minlength=part.items)
    asking = part.need > 0
    means = np.sort(total[asking] / part.need[asking]).round(9)
    return tuple(means[:50].tolist()), float(values.sum())


def _raised(part: Part, codes: np.ndarray, values: np.ndarray, count: int) -> Floors:
    rows = codes // part.width
    floor = np.full(part.items, -np.inf)
    free = part.need > 0
    for _ in range(PASSES):
        if not free.any():
            break
        # Nobody's floor can exceed the count-th best of the items still free.
        levels = np.unique(values[free[rows]])
        low, high = -1, len(levels) - 1
        low_floor = floor
        while low < high:  # the highest level that can be had
            middle = (low + high + 1) // 2
            tried = np.where(free, np.maximum(floor, levels[middle]), floor)
            if _blocked(part, codes, values, Floors(count, tried)) is None:
                low, low_floor = middle, tried
            else:
                high = middle - 1
        floor = low_floor
        if low + 1 >= len(levels):
            break
        tried = np.where(free, levels[low + 1], floor)
        blocked = _blocked(part, codes, values, Floors(count, tried))
        held = free & blocked if blocked is not None else free
        free = free & ~held if held.any() else np.zeros_like(free)
    return Floors(count, floor)


def _split(
    part: Part, values: np.ndarray, codes: np.ndarray, floors: Floors
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Heads of the pairs: an item's floor (its number), or the rest of it (plus all items)."""
    rows, columns = np.divmod(codes, part.width)
    first = np.minimum(part.need, floors.count)
    near = values >= floors.floor[rows]
    return np.where(near, rows, rows + part.items), columns + 2 * part.items, first


def _blocked(
    part: Part, codes: np.ndarray, values: np.ndarray, floors: Floors
) -> np.ndarray | None:
    """None where the floors can be had; else a mask of the items that compete in vain."""
    from ortools.graph.python import max_flow

    heads, tails, first = _split(part, values, codes, floors)
    near = np.bincount(heads[heads < part.items], minlength=part.items)
    if (near < first).any():
        return near < first
    source, rest, sink = (2 * part.items + part.width + n for n in range(3))
    items, readers = np.arange(part.items), np.arange(part.width) + 2 * part.items
    solver = max_flow.SimpleMaxFlow()

    def add(tails: np.ndarray, heads: np.ndarray, capacity: np.ndarray) -> None:
        solver.add_arcs_with_capacity(
            tails.astype(np.int32), heads.astype(np.int32), capacity.astype(np.int64)
        )

    add(tails, heads, np.ones(len(codes)))
    add(items, items + part.items, part.need - first)
    add(items, np.full(part.items, sink), first)
    add(items + part.items, np.full(part.items, sink), part.need - first)
    add(np.full(part.width, source), readers, part.low)
    add(np.full(part.width, rest), readers, part.high - part.low)
    add(np.array([source]), np.array([rest]), np.array([part.asked - int(part.low.sum())]))
    solver.solve(source, sink)
    if solver.optimal_flow() == part.asked:
        return None
    blocking = np.zeros(sink + 1, dtype=bool)
    blocking[np.asarray(solver.get_sink_side_min_cut(), dtype=np.int64)] = True
    return blocking[: part.items]


def _cheapest(
    part: Part, codes: np.ndarray, values: np.ndarray, floors: Floors
) -> np.ndarray | None:
    from ortools.graph.python import min_cost_flow

    heads, tails, first = _split(part, values, codes, floors)
    source = 2 * part.items + part.width
    items, readers = np.arange(part.items), np.arange(part.width) + 2 * part.items
    solver = min_cost_flow.SimpleMinCostFlow()

    def add(
        tails: np.ndarray, heads: np.ndarray, capacity: np.ndarray, cost: np.ndarray
    ) -> np.ndarray:
        return solver.add_arcs_with_capacity_and_unit_cost(
            tails.astype(np.int32), heads.astype(np.int32), capacity.astype(np.int64), cost
        )

    pairs = add(tails, heads, np.ones(len(codes)), network.costs_of(part, codes).values)
    add(items, items + part.items, part.need - first, np.zeros(part.items, dtype=np.int64))
    nothing = np.zeros(part.width, dtype=np.int64)
    add(np.full(part.width, source), readers, part.high - part.low, nothing)
    spare = part.asked - int(part.low.sum())
    supplies = np.concatenate([-first, first - part.need, part.low, [spare]]).astype(np.int64)
    solver.set_nodes_supplies(np.arange(source + 1, dtype=np.int32), supplies)
    if solver.solve() != solver.OPTIMAL:
        return None
    return codes[solver.flows(pairs).astype(bool)]
