"""Indicators of a kind of territory as columns of numbers, kept by each process.

A million figures read for one page would take a second: a process keeps the columns it has used,
each with the version its indicator had, and the territories of the kind with a fingerprint of
theirs. Both are compared with the database at each use, in two short queries.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.db import connection

from .models import Indicator

KEPT = 200  # columns of a process: 35,000 communes are 0.7 MB a column


@dataclass
class Column:
    values: Any  # float64, NaN where the territory has none
    years: Any  # 0 where it has none, or the figure has no year
    z: Any  # standardised; NaN likewise
    count: int
    is_constant: bool


class Table:
    """The territories of a kind that exist today, in the order of their codes."""

    def __init__(self, kind: str, print_of: Any) -> None:
        import numpy as np

        self.kind, self.print_of = kind, print_of
        # Whether each indicator, at its version, has figures for this kind.
        self.has: dict[tuple[int, Any], bool] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, population FROM territories_territory"
                " WHERE kind = %s AND gone_on IS NULL ORDER BY code",
                [kind],
            )
            rows = cursor.fetchall()
        self.keys = np.array([pk for pk, _n in rows], dtype=np.int64)
        self.order = np.argsort(self.keys)
        self.sorted_keys = self.keys[self.order]
        people = [np.nan if n is None else float(n) for _pk, n in rows]
        self.population = _column(np.array(people, dtype=float), np.zeros(len(rows), dtype=int))

    def place(self, key: int) -> int | None:
        import numpy as np

        at = int(np.searchsorted(self.sorted_keys, key))
        if at < len(self.sorted_keys) and self.sorted_keys[at] == key:
            return int(self.order[at])
        return None

    def available(self) -> list[Indicator]:
        """The indicators that some territory of the kind has; one query where none changed."""
        found = list(Indicator.objects.order_by("name", "pk"))
        has = self.has  # another thread may replace it
        unknown = [each.pk for each in found if (each.pk, each.version) not in has]
        if unknown:
            with connection.cursor() as cursor:
                cursor.execute(
                    """
                    SELECT indicator.id FROM territories_indicator AS indicator
                     WHERE indicator.id = ANY(%s) AND EXISTS (
                       SELECT FROM territories_indicatorvalue AS figure
                         JOIN territories_territory AS territory
                           ON territory.id = figure.territory_id
                        WHERE figure.indicator_id = indicator.id
                          AND territory.kind = %s AND territory.gone_on IS NULL
                     )
                    """,
                    [unknown, self.kind],
                )
                with_figures = {pk for (pk,) in cursor.fetchall()}
            has = {
                (each.pk, each.version): each.pk in with_figures
                or has.get((each.pk, each.version), False)
                for each in found
            }
            self.has = has
        return [each for each in found if has[each.pk, each.version]]

    def columns(self, indicators: Sequence[Indicator]) -> list[Column]:
        """Of an indicator that is not saved (population), the official figure."""
        return [self.population if each.pk is None else self._series(each) for each in indicators]

    def _series(self, indicator: Indicator) -> Column:
        key = (self.kind, self.print_of, indicator.pk, indicator.version)
        with _lock:
            if key in _kept:
                _kept.move_to_end(key)
                return _kept[key]
        column = self._read(indicator)
        with _lock:
            _kept[key] = column
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        return column

    def _read(self, indicator: Indicator) -> Column:
        import numpy as np

        values = np.full(len(self.keys), np.nan)
        years = np.zeros(len(self.keys), dtype=int)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT ON (territory_id) territory_id, value, year"
                " FROM territories_indicatorvalue WHERE indicator_id = %s"
                " ORDER BY territory_id DESC, year DESC",
                [indicator.pk],
            )
            rows = cursor.fetchall()
        if rows and len(self.keys):
            keys = np.array([key for key, _v, _y in rows], dtype=np.int64)
            at = np.minimum(np.searchsorted(self.sorted_keys, keys), len(self.keys) - 1)
            ours = self.sorted_keys[at] == keys
            places = self.order[at[ours]]
            values[places] = np.array([value for _k, value, _y in rows], dtype=float)[ours]
            years[places] = np.array([year for _k, _v, year in rows], dtype=int)[ours]
        return _column(values, years)


def _column(values: Any, years: Any) -> Column:
    import numpy as np

    known = values[~np.isnan(values)]
    if known.size == 0:
        return Column(values, years, values, 0, is_constant=True)
    # Asked of the figures themselves: the deviation of equal ones is not always exactly zero.
    if known.min() == known.max():
        return Column(values, years, values * 0.0, int(known.size), is_constant=True)
    z = (values - known.mean()) / known.std()
    return Column(values, years, z, int(known.size), is_constant=False)


def table_of(kind: str) -> Table:
    """The table of a kind, read again where its territories changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(id), bit_xor(hashint8extended(id, coalesce(population, -1)))"
            " FROM territories_territory WHERE kind = %s AND gone_on IS NULL",
            [kind],
        )
        print_of = cursor.fetchone()
    with _lock:
        table = _tables.get(kind)
    if table is None or table.print_of != print_of:
        table = Table(kind, print_of)
        with _lock:
            _tables[kind] = table
            while len(_tables) > 20:
                _tables.popitem(last=False)
    return table


_lock = Lock()
_tables: OrderedDict[str, Table] = OrderedDict()
_kept: OrderedDict[Any, Column] = OrderedDict()
