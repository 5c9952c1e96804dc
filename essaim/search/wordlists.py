"""Who holds which word, kept by this process as arrays: a question sums them, not the database.

The tables are the truth, these are copies. Each copy is true but for the objects that changed
since the first one was read, which ``search_change`` names; their words are read anew at every
question. Summing 40,000 postings takes the database some 40 ms, arrays 1 ms.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from numpy.typing import NDArray

# Beyond, all copies are dropped rather than corrected.
MOST_CHANGED = 1000
# Seconds after which all copies are dropped; far less than changes are kept (upkeep.py).
OLDEST = 30 * 60
# Above this key, scores are summed by sorting: an array by key would be mostly empty.
DENSE_UP_TO = 4_000_000
_ENTRY = 400  # bytes of an empty list, about

Ids = NDArray[np.int32]
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Holders:
    """The objects that hold a word, ascending, and their weights."""

    ids: Ids
    weights: NDArray[np.float32]

    @property
    def size(self) -> int:
        return self.ids.nbytes + self.weights.nbytes + _ENTRY


@dataclass
class _Copies:
    """What one process knows of one database."""

    # The oldest transaction that a copy may not have seen.
    since: int = 0
    born: float = field(default_factory=time.monotonic)
    lists: OrderedDict[int, Holders] = field(default_factory=OrderedDict)
    size: int = 0

    def add(self, lexeme: int, holders: Holders) -> None:
        if lexeme not in self.lists:
            self.lists[lexeme] = holders
            self.size += holders.size
        while self.size > settings.SEARCH_LISTS_MB * 2**20 and len(self.lists) > 1:
            self.size -= self.lists.popitem(last=False)[1].size


_known: dict[Any, _Copies] = {}
_lock = threading.Lock()


def forget() -> None:
    """Drop every copy (tests empty tables in a way that no transaction tells)."""
    with _lock:
        _known.clear()


class Matches:
    """The objects that contain a word of a question, with the sum of the words' scores."""

    def __init__(self, ids: Ids, scores: Scores, lists: Sequence[tuple[int, Ids]] = ()):
        self.ids = ids  # ascending
        self.scores = scores
        self.lists = lists  # of each word asked, its lexeme and who holds it

    def words(self, objects: Sequence[int]) -> dict[int, set[int]]:
        """Of each of these objects, the lexemes asked that it holds."""
        found: dict[int, set[int]] = {object_id: set() for object_id in objects}
        asked = np.fromiter(found, np.int32, len(found))
        for lexeme, ids in self.lists:
            if ids.size:
                places = np.minimum(np.searchsorted(ids, asked), ids.size - 1)
                for object_id in asked[ids[places] == asked].tolist():
                    found[object_id].add(lexeme)
        return found

    def __len__(self) -> int:
        return len(self.ids)

    def best(self, number: int) -> list[tuple[int, float]]:
        """The best ones, ties by key."""
        if len(self.ids) > number:
            least = np.partition(self.scores, -number)[-number]
            kept = self.scores >= least
            return Matches(self.ids[kept], self.scores[kept])._in_order()[:number]
        return self._in_order()

    def rest(
        self, known: Iterable[int], skipped: int, number: int | None
    ) -> list[tuple[int, float]]:
        """Those that come after the ``known`` ones, ``skipped`` of them left out."""
        kept = ~np.isin(self.ids, np.fromiter(known, np.int32))
        ordered = Matches(self.ids[kept], self.scores[kept])._in_order()
        return ordered[skipped:] if number is None else ordered[skipped : skipped + number]

    def score(self, object_id: int) -> float | None:
        """Of one object; None: it contains no word of the question."""
        place = int(np.searchsorted(self.ids, object_id))
        if place < len(self.ids) and self.ids[place] == object_id:
            return float(self.scores[place])
        return None

    def _in_order(self) -> list[tuple[int, float]]:
        order = np.lexsort((self.ids, -self.scores))
        return list(zip(self.ids[order].tolist(), self.scores[order].tolist(), strict=True))


def match(lexemes: Sequence[int], idf: Sequence[float], among: Ids | None = None) -> Matches:
    """Sum idf × weight over the words, for all objects or ``among`` some.

    One short query where every list is known, two more at most.
    """
    lists, changed = _lists(lexemes)
    holders = [lists[lexeme] for lexeme in lexemes]
    if changed:
        fresh = _read(lexemes, changed)
        holders = [_without(each, changed) for each in holders]
        holders += [fresh[lexeme] for lexeme in lexemes]
        lexemes, idf = [*lexemes, *lexemes], [*idf, *idf]
    ids, scores = _sum(holders, idf)
    if among is not None:
        allowed = np.isin(ids, among)
        ids, scores = ids[allowed], scores[allowed]
    return Matches(
        ids, scores, [(lexeme, each.ids) for lexeme, each in zip(lexemes, holders, strict=True)]
    )


def keys(sql: str, parameters: Sequence[Any]) -> Ids:
    """The keys that a query of one column gives, as an array."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT string_agg(int4send(pk::int), ''::bytea) FROM ({sql}) AS given(pk)",
            parameters,
        )
        return _ids(cursor.fetchone()[0])


def _sum(holders: Sequence[Holders], idf: Sequence[float]) -> tuple[Ids, Scores]:
    parts = [(each, factor) for each, factor in zip(holders, idf, strict=True) if len(each.ids)]
    if not parts:
        return np.empty(0, np.int32), np.empty(0)
    top = max(int(each.ids.max()) for each, _factor in parts)
    if top <= DENSE_UP_TO:
        total = np.zeros(top + 1)
        for each, factor in parts:
            total[each.ids] += each.weights * factor  # each object once in each list
        ids = np.flatnonzero(total).astype(np.int32)
        return ids, total[ids]
    ids, places = np.unique(np.concatenate([each.ids for each, _f in parts]), return_inverse=True)
    weights = np.concatenate([each.weights * factor for each, factor in parts])
    return ids, np.asarray(np.bincount(places, weights), np.float64)


def _without(holders: Holders, changed: Ids | Sequence[int]) -> Holders:
    kept = ~np.isin(holders.ids, changed)
    return Holders(holders.ids[kept], holders.weights[kept])


# --- copies ----------------------------------------------------------------------
def _lists(lexemes: Sequence[int]) -> tuple[dict[int, Holders], list[int]]:
    """The list of each lexeme, and the objects for which these lists may be wrong."""
    place = connection.settings_dict
    with _lock:
        copies = _known.setdefault((place["HOST"], place["PORT"], place["NAME"]), _Copies())
        found = {lexeme: copies.lists[lexeme] for lexeme in lexemes if lexeme in copies.lists}
        for lexeme in found:
            copies.lists.move_to_end(lexeme)
        since, empty = copies.since, not copies.lists
    now, writing, changed = _changes(since)
    if writing:
        # What this transaction wrote may be undone: read it, keep nothing of it.
        return _read(lexemes), []
    if empty or len(changed) > MOST_CHANGED or time.monotonic() - copies.born > OLDEST:
        copies, found, changed = _start_again(copies, now), {}, []
    missing = [lexeme for lexeme in lexemes if lexeme not in found]
    if missing:
        read = _read(missing)
        with _lock:
            for lexeme, holders in read.items():
                copies.add(lexeme, holders)
        found |= read
    return found, changed


def _start_again(old: _Copies, since: int) -> _Copies:
    """New copies in place of the old ones, which questions under way may still finish with."""
    new = _Copies(since)
    with _lock:
        for place, copies in _known.items():
            if copies is old:
                _known[place] = new
    return new


def _changes(since: int) -> tuple[int, bool, list[int]]:
    """The oldest transaction that this one does not see ended, whether this one has written,
    and the objects changed since then."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
            " pg_current_xact_id_if_assigned() IS NOT NULL,"
            " ARRAY(SELECT DISTINCT object_id FROM search_change"
            "       WHERE transaction >= %s LIMIT %s)",
            [since, MOST_CHANGED + 1],
        )
        row: tuple[int, bool, list[int]] = cursor.fetchone()
        return row


def _read(lexemes: Sequence[int], among: Sequence[int] | None = None) -> dict[int, Holders]:
    """The lists as they stand now, for some objects or for all."""
    found = {lexeme: Holders(np.empty(0, np.int32), np.empty(0, np.float32)) for lexeme in lexemes}
    narrowed = "" if among is None else " AND object_id = ANY(%s::int[])"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lexeme, string_agg(int4send(object_id), ''::bytea),"
            " string_agg(float4send(weight), ''::bytea)"
            f" FROM search_posting WHERE lexeme = ANY(%s){narrowed} GROUP BY lexeme",
            [list(lexemes), *([list(among)] if among is not None else [])],
        )
        for lexeme, ids, weights in cursor.fetchall():
            found[lexeme] = _ascending(_ids(ids), np.frombuffer(weights, ">f4").astype(np.float32))
    return found


def _ascending(ids: Ids, weights: NDArray[np.float32]) -> Holders:
    """The index gives them in this order, unless several processes read it together."""
    if np.all(ids[1:] > ids[:-1]):
        return Holders(ids, weights)
    order = np.argsort(ids)
    return Holders(ids[order], weights[order])


def _ids(given: bytes | None) -> Ids:
    return np.frombuffer(given or b"", ">i4").astype(np.int32)
