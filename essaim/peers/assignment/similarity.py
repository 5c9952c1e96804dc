"""How near a reader is to an item, in parts that can be shown and weighed.

- ``themes``, ``professions``, ``territories``: share of what both have in what either has
  (Jaccard, each term with its weight: a rare theme says more than a broad one);
- ``text``: cosine of the vectors of their texts, none below zero.

A part that one side has not filled in is left out of that pair's mean rather than counted as
zero; a pair with no part in common is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

BLOCK = 512  # items at a time: 10,000 × 5,000 pairs stay within some hundred megabytes
PARTS = ("themes", "text", "professions", "territories")
DEFAULT_WEIGHTS = {"themes": 0.4, "text": 0.4, "professions": 0.1, "territories": 0.1}


@dataclass(frozen=True)
class Profiles:
    """Items, or readers: what each is about. Sets of terms by kind, vectors of their texts."""

    themes: Sequence[frozenset[Any]] | None = None
    professions: Sequence[frozenset[Any]] | None = None
    territories: Sequence[frozenset[Any]] | None = None
    text: np.ndarray | None = None  # one row each; a row of zeros: no text

    def __len__(self) -> int:
        known = (self.themes, self.professions, self.territories, self.text)
        return next((len(each) for each in known if each is not None), 0)


@dataclass(frozen=True)
class PartOfPair:
    """One part of a pair's similarity: ``share`` of the whole is weight × value / weights known."""

    name: str
    weight: float
    value: float | None  # None: not filled in on one side
    share: float
    common: tuple[Any, ...] = ()


@dataclass
class Similarity:
    """Computed by blocks of items; ``weights`` may be changed between two uses.

    ``term_weights``: by part, the weight of each term (1 where it is not named).
    """

    items: Profiles
    readers: Profiles
    weights: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    term_weights: Mapping[str, Mapping[Any, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = set(self.weights) - set(PARTS)
        if unknown or any(not 0 <= weight < np.inf for weight in self.weights.values()):
            raise ValueError(f"weights: not below zero, of {PARTS}")
        self._sets = {
            name: _Terms.of(mine, theirs, self.term_weights.get(name, {}))
            for name in ("themes", "professions", "territories")
            if (mine := getattr(self.items, name)) is not None
            and (theirs := getattr(self.readers, name)) is not None
        }
        self._vectors = None
        if self.items.text is not None and self.readers.text is not None:
            self._vectors = _unit(self.items.text), _unit(self.readers.text)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.items), len(self.readers)

    def matrix(self, tell: Callable[[float], None] = lambda share: None) -> np.ndarray:
        """Items × readers, single precision, from 0 to 1."""
        whole = np.empty(self.shape, dtype=np.float32)
        for start in range(0, len(whole), BLOCK):
            stop = min(start + BLOCK, len(whole))
            whole[start:stop] = self._rows(slice(start, stop))
            tell(stop / len(whole))
        return whole

    def _rows(self, rows: slice) -> np.ndarray:
        count = len(range(*rows.indices(self.shape[0])))
        total = np.zeros((count, self.shape[1]), dtype=np.float32)
        known = np.zeros_like(total)
        for name, value, both in self._parts(rows):
            weight = np.float32(self.weights.get(name, 0))
            if weight:
                total += weight * np.where(both, value, 0)
                known += weight * both
        return np.divide(total, known, out=np.zeros_like(total), where=known > 0)

    def _parts(self, rows: slice) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """Name, values, and a mask of the pairs for which both sides are filled in."""
        for name, terms in self._sets.items():
            yield name, *terms.rows(rows)
        if self._vectors is not None:
            (mine, has), (theirs, have) = self._vectors
            cosine = np.clip(mine[rows] @ theirs.T, 0, 1)
            yield "text", cosine, np.logical_and(has[rows, None], have)

    def explain(self, item: int, reader: int) -> list[PartOfPair]:
        """The parts of one pair, weightiest first; their shares add up to its similarity."""
        found = {
            name: (float(value[0, reader]), bool(np.broadcast_to(both, value.shape)[0, reader]))
            for name, value, both in self._parts(slice(item, item + 1))
        }
        known = sum(self.weights.get(name, 0) for name, (_, both) in found.items() if both)
        told = []
        for name in PARTS:
            value, both = found.get(name, (0.0, False))
            weight = self.weights.get(name, 0)
            share = weight * value / known if both and known else 0.0
            told.append(
                PartOfPair(
                    name, weight, value if both else None, share, self._common(name, item, reader)
                )
            )
        return sorted(told, key=lambda part: -part.share)

    def _common(self, name: str, item: int, reader: int) -> tuple[Any, ...]:
        if name not in self._sets:
            return ()
        mine, theirs = getattr(self.items, name)[item], getattr(self.readers, name)[reader]
        return tuple(sorted(mine & theirs, key=str))


@dataclass(frozen=True)
class _Terms:
    """Sets as rows of square roots of weights: their products are weights of what is shared."""

    mine: np.ndarray
    theirs: np.ndarray

    @classmethod
    def of(
        cls,
        mine: Sequence[frozenset[Any]],
        theirs: Sequence[frozenset[Any]],
        weights: Mapping[Any, float],
    ) -> _Terms:
        terms = {term: n for n, term in enumerate(sorted({t for s in mine for t in s}, key=str))}
        for each in theirs:
            for term in each:
                terms.setdefault(term, len(terms))
        return cls(_table(mine, terms, weights), _table(theirs, terms, weights))

    def rows(self, rows: slice) -> tuple[np.ndarray, np.ndarray]:
        common = self.mine[rows] @ self.theirs.T
        mine, theirs = (self.mine[rows] ** 2).sum(axis=1), (self.theirs**2).sum(axis=1)
        either = mine[:, None] + theirs - common
        both = np.logical_and(mine[:, None] > 0, theirs > 0)
        value = np.divide(common, either, out=np.zeros_like(common), where=either > 0)
        return np.clip(value, 0, 1), both


def _table(
    sets: Sequence[frozenset[Any]], terms: Mapping[Any, int], weights: Mapping[Any, float]
) -> np.ndarray:
    table = np.zeros((len(sets), len(terms)), dtype=np.float32)
    for number, each in enumerate(sets):
        for term in each:
            table[number, terms[term]] = np.sqrt(weights.get(term, 1.0))
    return table


def _unit(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of length one, and which of them say something."""
    vectors = np.asarray(vectors, dtype=np.float32)
    length = np.linalg.norm(vectors, axis=1)
    known = length > 0
    return vectors / np.where(known, length, 1)[:, None], known


def rarity(sets: Sequence[frozenset[Any]]) -> dict[Any, float]:
    """Weights of terms: log(1 + n / frequency), so that what few share says more."""
    counts: dict[Any, int] = {}
    for each in sets:
        for term in each:
            counts[term] = counts.get(term, 0) + 1
    return {term: float(np.log1p(len(sets) / count)) for term, count in counts.items()}
