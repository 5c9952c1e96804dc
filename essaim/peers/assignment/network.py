"""Readings as a flow of least cost, and the prices that prove it is the best.

Source → readers (bounds of load) → items (one unit a pair, cost: minus the similarity). Lower
bounds are supplies of the readers themselves; what is left comes from the source. Costs are
whole numbers: similarities times a power of two so large that rounding moves the total by less
than what a float can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from essaim.peers.assignment.problem import CHUNK, Part

PRECISION = 40  # bits kept of the range of similarities
BITS = 60  # of the largest cost times the number of nodes, which the solver needs below 2**63


@dataclass(frozen=True)
class Costs:
    """Whole costs of candidate pairs, and how to read prices back as similarities."""

    values: np.ndarray
    scale: float
    bonus: float  # of a kept pair, in similarity


@dataclass(frozen=True)
class Prices:
    """Of a reading of each item and of a place with each reader, in similarity.

    A pair could only improve the total if its similarity exceeded the sum of both.
    """

    items: np.ndarray
    readers: np.ndarray


@dataclass(frozen=True)
class Flow:
    chosen: np.ndarray  # mask of the candidates
    costs: Costs


def scale_of(part: Part) -> tuple[float, int]:
    """Scale of the costs, and the whole bonus of a kept pair (0 where none is kept).

    A kept pair must outweigh any gain that losing it could bring: the range of similarities
    on every reading.
    """
    low, high = extent(part.similarity)
    reach = max(high - low, abs(high), abs(low)) or 1.0
    reach = min(max(reach, 1e-200), 1e200)
    nodes = (part.items + part.width + 3).bit_length()
    room = BITS - nodes
    if not len(part.kept):
        return 2.0 ** (min(PRECISION, room) - np.ceil(np.log2(reach))), 0
    demand = max(part.asked, 1).bit_length()
    bits = min(PRECISION, room - demand - 2)
    scale = 2.0 ** (bits - np.ceil(np.log2(reach)))
    return scale, int(np.ceil((high - low) * scale) + 1) * max(part.asked, 1) + 1


def extent(similarity: np.ndarray) -> tuple[float, float]:
    return float(similarity.min()), float(similarity.max())


def costs_of(part: Part, codes: np.ndarray) -> Costs:
    scale, bonus = scale_of(part)
    values = part.values(codes)
    values *= -scale
    whole = np.rint(values, out=values).astype(np.int64)
    if bonus:
        whole[np.isin(codes, part.kept, assume_unique=True)] -= bonus
    return Costs(whole, scale, bonus / scale)


def cheapest(part: Part, codes: np.ndarray) -> Flow | None:
    """The best choice among these pairs, or None where none satisfies the constraints."""
    from ortools.graph.python import min_cost_flow

    costs = costs_of(part, codes)
    if not part.asked and not part.low.any():
        return Flow(np.zeros(len(codes), dtype=bool), costs)
    spare = part.asked - int(part.low.sum())
    if spare < 0 or (part.low > part.high).any():
        return None
    rows, columns = np.divmod(codes, part.width)
    solver = min_cost_flow.SimpleMinCostFlow()
    source = part.items + part.width
    pairs = solver.add_arcs_with_capacity_and_unit_cost(
        (columns + part.items).astype(np.int32),
        rows.astype(np.int32),
        np.ones(len(codes), dtype=np.int64),
        costs.values,
    )
    readers = np.arange(part.width)
    solver.add_arcs_with_capacity_and_unit_cost(
        np.full(part.width, source, dtype=np.int32),
        (readers + part.items).astype(np.int32),
        part.high - part.low,
        np.zeros(part.width, dtype=np.int64),
    )
    supplies = np.concatenate([-part.need, part.low, [spare]]).astype(np.int64)
    solver.set_nodes_supplies(np.arange(source + 1, dtype=np.int32), supplies)
    status = solver.solve()
    if status == solver.INFEASIBLE:
        return None
    if status != solver.OPTIMAL:
        raise ArithmeticError(f"flow: {status}")
    return Flow(solver.flows(pairs).astype(bool), costs)


def prices(part: Part, codes: np.ndarray, flow: Flow, start: Prices | None = None) -> Prices:
    """Shortest distances in what the flow leaves open, relaxed until nothing moves.

    They exist because a cheapest flow leaves no cycle of negative cost; whole numbers make
    them exact. ``start``: prices of a like flow, to be there sooner.
    """
    rows, columns = np.divmod(codes, part.width)
    chosen, cost = flow.chosen, flow.costs.values
    load = np.bincount(columns[chosen], minlength=part.width)
    can_more, can_less = load < part.high, load > part.low
    open_rows, open_columns, open_cost = rows[~chosen], columns[~chosen], cost[~chosen]
    item_starts = _starts(open_rows)
    order = np.argsort(columns[chosen], kind="stable")
    back_rows, back_columns = rows[chosen][order], columns[chosen][order]
    back_cost, reader_starts = cost[chosen][order], _starts(back_columns)
    item_ids, reader_ids = open_rows[item_starts], back_columns[reader_starts]

    scale = flow.costs.scale
    reader = np.zeros(part.width, dtype=np.int64)
    item = np.full(part.items, np.iinfo(np.int64).max // 4)
    if start is not None:
        reader = np.rint(start.readers * scale).astype(np.int64)
        item = np.rint(-start.items * scale).astype(np.int64)
    source = 0
    for _ in range(part.items + part.width + 3):
        before = source, reader.copy(), item.copy()
        if len(item_ids):
            least = np.minimum.reduceat(reader[open_columns] + open_cost, item_starts)
            item[item_ids] = np.minimum(item[item_ids], least)
        if len(reader_ids):
            least = np.minimum.reduceat(item[back_rows] - back_cost, reader_starts)
            reader[reader_ids] = np.minimum(reader[reader_ids], least)
        if can_less.any():
            source = min(source, int(reader[can_less].min()))
        reader[can_more] = np.minimum(reader[can_more], source)
        same = source == before[0] and np.array_equal(reader, before[1])
        if same and np.array_equal(item, before[2]):
            break
    # An item whose every candidate is chosen is held by these alone.
    held = item >= np.iinfo(np.int64).max // 8
    if held.any():
        most = np.full(part.items, np.iinfo(np.int64).min)
        np.maximum.at(most, back_rows, reader[back_columns] + back_cost)
        most[np.bincount(back_rows, minlength=part.items) == 0] = source
        item[held] = most[held]
    return Prices((source - item) / scale, (reader - source) / scale)


def _starts(ordered: np.ndarray) -> np.ndarray:
    if not len(ordered):
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))


def bound(part: Part, price: Prices, bonus: float = 0.0) -> float:
    """No assignment of this part has a greater total (weak duality: true at any prices).

    ``bonus`` is what each kept pair counts beside its similarity.
    """
    total = float(part.need @ price.items)
    worth = price.readers
    total += float(np.where(worth > 0, worth * part.high, worth * part.low).sum())
    gain = excess(part, price)
    total += sum(float(np.maximum(rows, 0).sum()) for _, rows in gain)
    if bonus and len(part.kept):
        rows, columns = np.divmod(part.kept, part.width)
        open_pair = (part.high[columns] > 0) & (part.need[rows] > 0)
        rows, columns = rows[open_pair], columns[open_pair]
        plain = part.values(part.kept[open_pair]) - price.items[rows] - worth[columns]
        total += float((np.maximum(plain + bonus, 0) - np.maximum(plain, 0)).sum())
    return total


def excess(part: Part, price: Prices) -> Iterator[tuple[int, np.ndarray]]:
    """By blocks of rows: similarity beyond the prices; -inf where the pair may not be."""
    rows, columns = np.divmod(part.barred, part.width) if part.width else (part.barred,) * 2
    for start in range(0, part.items, CHUNK):
        stop = min(start + CHUNK, part.items)
        block = part.similarity[start:stop] - price.items[start:stop, None] - price.readers
        first, last = np.searchsorted(rows, [start, stop])
        block[rows[first:last] - start, columns[first:last]] = -np.inf
        block[:, part.high <= 0] = -np.inf
        block[part.need[start:stop] <= 0] = -np.inf
        yield start, block
