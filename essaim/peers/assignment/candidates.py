"""Large problems: few pairs are tried, and prices prove that the others were not needed.

Fifty million pairs would not fit the flow. A sample of items gives rough prices of readers;
each item and each reader brings its best pairs beyond these prices; the cheapest flow over
them gives exact prices; every pair left out that beats them is added, and so on. When none
does, the optimum over the candidates is the optimum over all pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from essaim.peers.assignment import feasible, network
from essaim.peers.assignment.problem import CHUNK, Part

WHOLE = 20_000  # pairs that are all given to the flow
ROUNDS = 12
SAMPLE = 1_000  # items that rough prices are taken from
EXACT = 1e-9  # of the total: what floats cannot tell

Progress = Callable[[str, float], None]


def silent(step: str, share: float) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Optimum:
    """``codes``: the pairs chosen. No assignment exceeds ``bound``, counted with ``bonus``."""

    codes: np.ndarray
    objective: float
    bound: float
    candidates: int
    rounds: int
    prices: network.Prices


def optimum(part: Part, tell: Progress = silent) -> Optimum | None:
    """The best assignment of a part; None where there is none.

    The bound comes from prices over **all** pairs, so that it holds whatever the flow did.
    """
    size = part.items * part.width
    if not size or not part.high.any():
        nothing = np.empty(0, dtype=np.int64)
        free = network.Prices(np.zeros(part.items), np.zeros(part.width))
        return None if part.asked else Optimum(nothing, 0.0, 0.0, 0, 0, free)
    if size <= WHOLE:
        return _over(part, part.allowed(), None, 1)
    codes = nearest(part, tell)
    best: Optimum | None = None
    for number in range(1, ROUNDS + 1):
        tell("flow", number / ROUNDS)
        found = _over(part, codes, best, number)
        if found is None and best is None and size > feasible.DENSE:
            # The best pairs alone may not do: add those of some assignment, if one exists.
            filled = feasible.fill(part, codes)
            codes = filled.codes
            found = None if filled.missing else _over(part, codes, None, number)
        if found is None:
            break
        best = found
        if best.bound - best.objective <= EXACT * max(1.0, abs(best.objective)):
            return best
        more = _beyond(part, best.prices, codes)
        if not len(more):
            return best
        codes = np.union1d(codes, more)
    return _over(part, part.allowed(), best, ROUNDS + 1) if size <= feasible.DENSE else best


def _over(part: Part, codes: np.ndarray, last: Optimum | None, number: int) -> Optimum | None:
    flow = network.cheapest(part, codes)
    if flow is None:
        return None
    price = network.prices(part, codes, flow, last.prices if last else None)
    return _measured(part, codes, flow, price, number)


def _measured(
    part: Part, codes: np.ndarray, flow: network.Flow, price: network.Prices, rounds: int
) -> Optimum:
    chosen = codes[flow.chosen]
    kept = int(np.isin(chosen, part.kept, assume_unique=True).sum())
    objective = float(part.values(chosen).sum()) + kept * flow.costs.bonus
    limit = network.bound(part, price, flow.costs.bonus)
    return Optimum(chosen, objective, max(limit, objective), len(codes), rounds, price)


def nearest(part: Part, tell: Progress = silent) -> np.ndarray:
    tell("candidates", 0.0)
    readers = _rough(part)
    wanted = int(min(part.width, np.ceil(part.need.max() * 1.5) + 10))
    rows: list[np.ndarray] = []
    thresholds = np.empty(part.items)
    for start in range(0, part.items, CHUNK):
        block = part.similarity[start : start + CHUNK] - readers.astype(part.similarity.dtype)
        order = np.argpartition(block, part.width - wanted, axis=1)[:, part.width - wanted :]
        number = np.arange(start, start + len(block))
        rows.append((number[:, None] * part.width + order).ravel())
        thresholds[number] = np.take_along_axis(block, order, axis=1).min(axis=1)
    load = np.minimum(np.ceil(part.high.max() * 1.2) + 10, part.items)
    columns = _of_readers(part, thresholds.astype(part.similarity.dtype), int(load))
    return feasible.usable(part, np.union1d(np.union1d(np.concatenate(rows), columns), part.kept))


def _rough(part: Part) -> np.ndarray:
    """Prices of readers from a sample of items, by turns: each side's threshold given the
    other's (coordinate descent on the dual)."""
    step = max(part.items // SAMPLE, 1)
    sample = np.array(part.similarity[::step], dtype=np.float32)
    need = int(np.clip(np.round(part.need[::step].mean()), 1, part.width))
    share = len(sample) / part.items
    room = int(np.clip(np.round(part.high[part.high > 0].mean() * share), 1, len(sample)))
    prices = np.zeros(part.width, dtype=np.float32)
    for _ in range(4):
        rest = np.partition(sample - prices, part.width - need, axis=1)[:, part.width - need]
        ordered = np.partition((sample - rest[:, None]).T.copy(), len(sample) - room, axis=1)
        prices = np.maximum(ordered[:, len(sample) - room], 0)
    return prices


def _of_readers(part: Part, thresholds: np.ndarray, wanted: int) -> np.ndarray:
    """The pairs in which each reader does most for an item."""
    found = []
    for start in range(0, part.width, CHUNK):
        block = (part.similarity[:, start : start + CHUNK] - thresholds[:, None]).T.copy()
        order = np.argpartition(block, part.items - wanted, axis=1)[:, part.items - wanted :]
        number = np.arange(start, start + len(block))
        found.append((order * part.width + number[:, None]).ravel())
    return np.concatenate(found)


def _beyond(part: Part, price: network.Prices, codes: np.ndarray) -> np.ndarray:
    """Pairs left out that beat the prices: the best few of each item."""
    found = []
    for start, block in network.excess(part, price):
        first, last = np.searchsorted(
            codes, [start * part.width, (start + len(block)) * part.width]
        )
        block.ravel()[codes[first:last] - start * part.width] = -np.inf
        wanted = int(min(part.width, part.need[start : start + len(block)].max() + 10))
        order = np.argpartition(block, part.width - wanted, axis=1)[:, part.width - wanted :]
        best = np.take_along_axis(block, order, axis=1) > 0
        rows = np.arange(start, start + len(block))[:, None]
        found.append((rows * part.width + order)[best])
    return np.sort(np.concatenate(found))
