"""What is asked: items, readers, who may read what, how many, how much.

Items and readers are numbered by their row and column in the similarity. Each college is a
problem of its own (a reader belongs to one college, an item asks a number of each), so the
whole is cut into parts that are solved one after the other.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

Pairs = Any  # a mask of items × readers, or an iterable of (item, reader)
Numbers = Any  # one number for all, or one each


class InvalidProblem(ValueError):
    """The question itself is wrong: a shape, a number or a pair that cannot be."""


@dataclass(frozen=True)
class Part:
    """One college: ``need`` readings of each item by ``readers``, loads within bounds.

    Pairs are written as one number, ``item * readers + reader`` (reader: column within the
    part), sorted. ``barred`` may never be chosen; ``fixed`` are chosen whatever happens and
    already taken off ``need``, ``low`` and ``high``; ``kept`` are chosen before any gain of
    similarity.
    """

    college: Hashable
    similarity: np.ndarray  # items × readers of this college
    readers: np.ndarray  # their columns in the whole
    need: np.ndarray
    low: np.ndarray
    high: np.ndarray
    barred: np.ndarray
    fixed: np.ndarray
    kept: np.ndarray

    @property
    def items(self) -> int:
        return self.similarity.shape[0]

    @property
    def width(self) -> int:
        return self.similarity.shape[1]

    @property
    def asked(self) -> int:
        return int(self.need.sum())

    def allowed(self) -> np.ndarray:
        """Codes of all pairs that may be chosen: only for parts that fit in memory."""
        free = np.ones(self.items * self.width, dtype=bool)
        free[self.barred] = False
        mask = free.reshape(self.items, self.width)
        mask[:, self.high <= 0] = False
        mask[self.need <= 0] = False
        return np.flatnonzero(free)

    def available(self) -> tuple[np.ndarray, np.ndarray]:
        """Readers each item may have, items each reader may have (loads aside)."""
        rows, columns = np.divmod(self.barred, self.width) if self.width else (self.barred,) * 2
        open_readers = self.high > 0
        asking = self.need > 0
        lost = np.bincount(rows[open_readers[columns]], minlength=self.items)
        gone = np.bincount(columns[asking[rows]], minlength=self.width)
        by_item = int(open_readers.sum()) - lost
        by_reader = np.where(open_readers, int(asking.sum()) - gone, 0)
        return by_item, by_reader

    def values(self, codes: np.ndarray) -> np.ndarray:
        rows, columns = np.divmod(codes, self.width) if self.width else (codes, codes)
        return self.similarity[rows, columns].astype(np.float64)

    def changed(self, **fields: Any) -> Part:
        return replace(self, **fields)


@dataclass(frozen=True)
class Problem:
    similarity: np.ndarray
    per_item: Mapping[Hashable, np.ndarray]  # by college
    max_load: np.ndarray
    min_load: np.ndarray
    college: np.ndarray  # of each reader, an index in ``labels``
    labels: tuple[Hashable, ...]
    barred: np.ndarray  # codes: item * readers + reader
    fixed: np.ndarray
    kept: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @property
    def shape(self) -> tuple[int, int]:
        return self.similarity.shape[0], self.similarity.shape[1]

    def parts(self) -> list[Part]:
        return [self._part(number, label) for number, label in enumerate(self.labels)]

    def _part(self, number: int, label: Hashable) -> Part:
        readers = np.flatnonzero(self.college == number)
        whole = len(readers) == len(self.college)
        similarity = self.similarity if whole else self.similarity[:, readers]
        fixed = self._within(self.fixed, readers)
        rows, columns = np.divmod(fixed, max(len(readers), 1))
        done_items = np.bincount(rows, minlength=self.shape[0])
        done_readers = np.bincount(columns, minlength=len(readers))
        return Part(
            college=label,
            similarity=similarity,
            readers=readers,
            need=self.per_item[label] - done_items,
            low=np.maximum(self.min_load[readers] - done_readers, 0),
            # Whose fixed readings exceed the load reads these and no more.
            high=np.maximum(self.max_load[readers] - done_readers, 0),
            barred=np.union1d(self._within(self.barred, readers), fixed),
            fixed=fixed,
            kept=np.setdiff1d(self._within(self.kept, readers), fixed),
        )

    def _within(self, codes: np.ndarray, readers: np.ndarray) -> np.ndarray:
        """The codes of these readers, in the numbering of their part."""
        if not len(codes) or not len(readers):
            return np.empty(0, dtype=np.int64)
        rows, columns = np.divmod(codes, self.shape[1])
        place = np.full(self.shape[1], -1, dtype=np.int64)
        place[readers] = np.arange(len(readers))
        mine = place[columns] >= 0
        return np.sort(rows[mine] * len(readers) + place[columns[mine]])


def problem(
    similarity: Any,
    *,
    per_item: Any,
    max_load: Numbers,
    min_load: Numbers = 0,
    conflicts: Pairs = None,
    colleges: Sequence[Hashable] | None = None,
    fixed: Pairs = None,
    kept: Pairs = None,
) -> Problem:
    """Check and put in order what ``solve`` is given; raises InvalidProblem.

    ``colleges`` names the college of each reader; ``per_item`` is then a mapping from college
    to a number (or one number per item).
    """
    array = np.asarray(similarity)
    if array.ndim != 2 or 0 in array.shape:
        raise InvalidProblem("similarity: a table of items × readers, at least one of each")
    if array.dtype not in (np.float32, np.float64):
        array = array.astype(np.float64)
    items, readers = array.shape
    for start in range(0, items, CHUNK):
        bad = np.argwhere(~np.isfinite(array[start : start + CHUNK]))
        if len(bad):
            row, column = bad[0]
            raise InvalidProblem(f"similarity: not a number at ({start + row}, {column})")
    labels, college, asked = _colleges(per_item, colleges, items, readers)
    barred = codes_of(conflicts, items, readers, "conflicts")
    forced = codes_of(fixed, items, readers, "fixed")
    if len(np.intersect1d(barred, forced)):
        raise InvalidProblem("fixed: a pair that is also a conflict")
    high, low = _whole(max_load, readers, "max_load"), _whole(min_load, readers, "min_load")
    low[high == 0] = 0  # who reads nothing owes nothing
    if (low > high).any():
        raise InvalidProblem("min_load: above max_load")
    found = Problem(
        similarity=array,
        per_item=asked,
        max_load=high,
        min_load=low,
        college=college,
        labels=labels,
        barred=barred,
        fixed=forced,
        kept=np.setdiff1d(codes_of(kept, items, readers, "kept"), barred),
    )
    for part in found.parts():
        if (part.need < 0).any():
            item = int(np.flatnonzero(part.need < 0)[0])
            raise InvalidProblem(f"fixed: more readers than item {item} asks for")
    return found


CHUNK = 512  # rows looked at together: a large table is never copied whole


def _colleges(
    per_item: Any, colleges: Sequence[Hashable] | None, items: int, readers: int
) -> tuple[tuple[Hashable, ...], np.ndarray, dict[Hashable, np.ndarray]]:
    if colleges is None:
        if isinstance(per_item, Mapping):
            raise InvalidProblem("per_item: sizes by college need the college of each reader")
        asked: dict[Hashable, np.ndarray] = {None: _whole(per_item, items, "per_item")}
        return (None,), np.zeros(readers, dtype=np.int64), asked
    if not isinstance(per_item, Mapping):
        raise InvalidProblem("per_item: a number for each college")
    if len(colleges) != readers:
        raise InvalidProblem("colleges: one for each reader")
    labels = tuple(per_item)
    numbers = {label: number for number, label in enumerate(labels)}
    unknown = [label for label in colleges if label not in numbers]
    if unknown:
        raise InvalidProblem(f"colleges: {unknown[0]!r} has no size per item")
    college = np.array([numbers[label] for label in colleges], dtype=np.int64)
    return labels, college, {a: _whole(n, items, "per_item") for a, n in per_item.items()}


def _whole(value: Numbers, count: int, name: str) -> np.ndarray:
    array = np.asarray(value)
    if array.ndim and array.shape != (count,):
        raise InvalidProblem(f"{name}: one number, or {count}")
    if not np.issubdtype(array.dtype, np.integer):
        if not np.array_equal(array, np.floor(array)):
            raise InvalidProblem(f"{name}: whole numbers")
        array = array.astype(np.int64)
    if (array < 0).any():
        raise InvalidProblem(f"{name}: not below zero")
    return np.broadcast_to(array.astype(np.int64), (count,)).copy()


def codes_of(pairs: Pairs, items: int, readers: int, name: str) -> np.ndarray:
    """A mask or pairs as sorted codes ``item * readers + reader``, each once."""
    if pairs is None:
        return np.empty(0, dtype=np.int64)
    if isinstance(pairs, np.ndarray) and pairs.dtype == bool:
        if pairs.shape != (items, readers):
            raise InvalidProblem(f"{name}: a mask of the shape of the similarity")
        return np.flatnonzero(pairs.ravel()).astype(np.int64)
    if isinstance(pairs, Iterable) and not isinstance(pairs, np.ndarray):
        pairs = list(pairs)
    array = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    outside = (array < 0) | (array >= np.array([items, readers]))
    if outside.any():
        raise InvalidProblem(f"{name}: an item or a reader that does not exist")
    return np.unique(array[:, 0] * readers + array[:, 1])
