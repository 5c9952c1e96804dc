"""No assignment is possible: which constraint says so, and the smallest change that would do.

Causes are read from the cut of a greatest flow; each remedy is searched for as the least step
that makes the flow whole, so that it is verified by the search itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

import numpy as np

from essaim.peers.assignment import feasible
from essaim.peers.assignment.problem import Part

# The step that takes least from anyone comes first among those of one size.
ORDER = ("max_load", "min_load", "per_item", "readers", "per_item_all")


@dataclass(frozen=True)
class Cause:
    """``kind``:

    - ``no_readers``: nobody in the college may read;
    - ``item_conflicts``: each of ``items`` has too few readers without a conflict;
    - ``capacity``: all readings asked exceed all that readers can take;
    - ``group``: these items together leave too few places with the readers they may have;
    - ``min_load``: the minimum loads together exceed the readings asked;
    - ``reader_conflicts``: each of ``readers`` has too few items for the minimum load;
    - ``min_load_group``: these readers together cannot all reach their minimum.
    """

    kind: str
    college: Hashable
    needed: int
    available: int
    items: tuple[int, ...] = ()
    readers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Change:
    """``max_load``, ``min_load``, ``per_item_all``: ``value`` for everyone; ``readers``: so many
    more, of ``load`` each and without conflicts; ``per_item``: ``items`` with their new number.
    """

    kind: str
    value: int = 0
    load: int = 0
    items: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Remedy:
    college: Hashable
    changes: tuple[Change, ...]
    size: int  # steps, readers or readings, to compare remedies


class Impossible(Exception):
    """No assignment satisfies the constraints. ``remedies``: the smallest first, by college."""

    def __init__(self, causes: list[Cause], remedies: list[Remedy]):
        super().__init__(", ".join(cause.kind for cause in causes))
        self.causes = causes
        self.remedies = remedies

    @property
    def smallest(self) -> list[Remedy]:
        """One remedy for each college that fails: together they make the whole possible."""
        first: dict[Hashable, Remedy] = {}
        for remedy in self.remedies:
            first.setdefault(remedy.college, remedy)
        return list(first.values())


def diagnose(parts: list[Part]) -> tuple[list[Cause], list[Remedy]]:
    causes, remedies = [], []
    for part in parts:
        without = part.changed(low=np.zeros_like(part.low))
        filled = feasible.fill(without)
        causes += _too_few(without, filled) if filled.missing else []
        causes += _too_many(part, possible=not filled.missing)
        remedies += _remedies(part, filled)
    return causes, remedies


def _too_few(part: Part, filled: feasible.Filling) -> list[Cause]:
    by_item, _by_reader = part.available()
    if not (part.high > 0).any():
        return [Cause("no_readers", part.college, part.asked, 0)]
    causes = []
    alone = by_item < part.need
    for needed, available in sorted(set(zip(part.need[alone], by_item[alone], strict=True))):
        like = np.flatnonzero(alone & (part.need == needed) & (by_item == available))
        causes.append(
            Cause("item_conflicts", part.college, int(needed), int(available), tuple(like.tolist()))
        )
    places = int(np.minimum(part.high, (part.need > 0).sum()).sum())
    if places < part.asked:
        causes.append(Cause("capacity", part.college, part.asked, places))
    if causes:
        return causes
    items = np.flatnonzero(filled.blocking_items & (part.need > 0))
    places, shut = _places(part, items)
    readers = np.flatnonzero(~shut & (part.high > 0))
    return [
        Cause(
            "group",
            part.college,
            int(part.need[items].sum()),
            places,
            tuple(items.tolist()),
            tuple(part.readers[readers].tolist()),
        )
    ]


def _places(part: Part, items: np.ndarray) -> tuple[int, np.ndarray]:
    """How many readings these items can get at most, and the readers shut out of all of them."""
    within = np.zeros(part.items, dtype=bool)
    within[items] = True
    rows, columns = np.divmod(part.barred, part.width)
    barred = np.bincount(columns[within[rows]], minlength=part.width)
    free = len(items) - barred
    return int(np.minimum(part.high, free).sum()), free <= 0


def _too_many(part: Part, possible: bool) -> list[Cause]:
    """What minimum loads make impossible."""
    if not part.low.any():
        return []
    causes = []
    if part.low.sum() > part.asked:
        causes.append(Cause("min_load", part.college, int(part.low.sum()), part.asked))
    by_reader = part.available()[1]
    bound = by_reader < part.low
    for needed, available in sorted(set(zip(part.low[bound], by_reader[bound], strict=True))):
        like = part.readers[bound & (part.low == needed) & (by_reader == available)]
        causes.append(
            Cause(
                "reader_conflicts",
                part.college,
                int(needed),
                int(available),
                readers=tuple(like.tolist()),
            )
        )
    if causes or not possible:
        return causes
    filled = feasible.fill(part)
    if not filled.missing:
        return []
    readers = np.flatnonzero(filled.reachable_readers & (part.low > 0))
    needed = int(part.low[readers].sum())
    names = tuple(part.readers[readers].tolist())
    short = filled.missing
    return [Cause("min_load_group", part.college, needed, needed - short, readers=names)]


def _remedies(part: Part, filled: feasible.Filling) -> list[Remedy]:
    done = np.bincount(part.fixed % max(part.width, 1), minlength=part.width)
    if not filled.missing:
        lower = _lower_minimum(part, done)
        return [Remedy(part.college, (lower[0],), lower[1])] if lower else []
    found = [
        step
        for step in (
            _higher_maximum(part, done),
            _fewer_for_some(part, filled),
            _more_readers(part, done),
            _fewer_for_all(part),
        )
        if step
    ]
    remedies = []
    for change, size, changed in found:
        # A minimum load may stand in the way as well.
        if not _works(changed):
            lower = _lower_minimum(changed, done[: changed.width])
            if lower:
                remedies.append(Remedy(part.college, (change, lower[0]), size + lower[1]))
        else:
            remedies.append(Remedy(part.college, (change,), size))
    return sorted(remedies, key=lambda r: (r.size, ORDER.index(r.changes[0].kind)))


Step = tuple[Change, int, Part]


def _works(part: Part) -> bool:
    places = int(np.minimum(part.high, (part.need > 0).sum()).sum())
    if not part.low.sum() <= part.asked <= places:
        return False
    return not feasible.fill(part).missing


def _least(low: int, high: int, works: Callable[[int], bool]) -> int | None:
    """The least number from low to high that works, where more never harms."""
    if low > high or not works(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if works(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _without_minimum(part: Part) -> Part:
    return part.changed(low=np.zeros_like(part.low))


def _higher_maximum(part: Part, done: np.ndarray) -> Step | None:
    open_reader = part.high > 0
    if not open_reader.any():
        return None

    def raised(value: int) -> Part:
        high = np.where(open_reader, np.maximum(part.high, value - done), part.high)
        return part.changed(high=high)

    now = int((part.high + done)[open_reader].min())
    value = _least(now + 1, part.items, lambda n: _works(_without_minimum(raised(n))))
    if value is None:
        return None
    return Change("max_load", value), value - now, raised(value)


def _more_readers(part: Part, done: np.ndarray) -> Step | None:
    total = part.high + done
    load = int(total.max()) if part.width and total.any() else max(part.items, 1)

    def joined(count: int) -> Part:
        width = part.width + count
        rows, columns = np.divmod(part.barred, max(part.width, 1))
        return part.changed(
            similarity=np.broadcast_to(np.float32(0), (part.items, width)),
            readers=np.arange(width),
            low=np.concatenate([part.low, np.zeros(count, dtype=np.int64)]),
            high=np.concatenate([part.high, np.full(count, load)]),
            barred=rows * width + columns,
        )

    most = int(part.need.max()) + -(-part.asked // load)
    count = _least(1, most, lambda n: _works(_without_minimum(joined(n))))
    if count is None:
        return None
    return Change("readers", count, load), count, joined(count)


def _fewer_for_some(part: Part, filled: feasible.Filling) -> Step | None:
    """The least readings given up, spread so that no item loses many."""
    from ortools.graph.python import min_cost_flow

    without = _without_minimum(part)
    rows, columns = np.divmod(filled.codes, max(part.width, 1))
    source = part.items + part.width
    solver = min_cost_flow.SimpleMinCostFlow()

    def add(tails: np.ndarray, heads: np.ndarray, capacity: np.ndarray, cost: np.ndarray) -> None:
        solver.add_arcs_with_capacity_and_unit_cost(
            tails.astype(np.int32), heads.astype(np.int32),
            capacity.astype(np.int64), cost.astype(np.int64),
        )  # fmt: skip

    add(part.items + columns, rows, np.ones(len(rows)), np.zeros(len(rows)))
    add(
        np.full(part.width, source),
        part.items + np.arange(part.width),
        without.high,
        np.zeros(part.width),
    )
    lost = np.repeat(np.arange(part.items), part.need)
    step = np.arange(len(lost)) - np.repeat(np.cumsum(part.need) - part.need, part.need)
    # Any reading given up costs more than all differences of spread.
    high = part.asked * int(part.need.max()) + 1
    slack = solver.num_arcs() + np.arange(len(lost))
    add(np.full(len(lost), source), lost, np.ones(len(lost)), high + step)
    supplies = np.concatenate([-part.need, np.zeros(part.width), [part.asked]]).astype(np.int64)
    solver.set_nodes_supplies(np.arange(source + 1, dtype=np.int32), supplies)
    if solver.solve() != solver.OPTIMAL:
        return None
    given_up = np.bincount(
        lost, weights=solver.flows(slack.astype(np.int32)), minlength=part.items
    ).astype(np.int64)
    done = np.bincount(part.fixed // max(part.width, 1), minlength=part.items)
    changed = part.need - given_up
    items = {int(i): int(changed[i] + done[i]) for i in np.flatnonzero(given_up)}
    size = int(given_up.sum())
    return Change("per_item", items=items), size, part.changed(need=changed)


def _fewer_for_all(part: Part) -> Step | None:
    if len(part.fixed) or len(set(part.need.tolist())) != 1:
        return None
    now = int(part.need[0])

    def fewer(steps: int) -> Part:
        return part.changed(need=part.need - steps)

    steps = _least(1, now - 1, lambda n: _works(_without_minimum(fewer(n))))
    if steps is None:
        return None
    return Change("per_item_all", now - steps), steps * part.items, fewer(steps)


def _lower_minimum(part: Part, done: np.ndarray) -> tuple[Change, int] | None:
    """The highest minimum for everyone that can be had, and by how much it is lower."""
    if not part.low.any():
        return None
    width = len(done)
    now = int(part.low[:width].max() + (done[part.low[:width].argmax()] if width else 0))

    def lowered(steps: int) -> Part:
        allowed = np.zeros(part.width, dtype=np.int64)
        allowed[:width] = np.maximum(now - steps - done, 0)
        return part.changed(low=np.minimum(part.low, allowed))

    steps = _least(1, now, lambda n: _works(lowered(n)))
    return None if steps is None else (Change("min_load", now - steps), steps)
