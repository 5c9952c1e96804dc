"""A map of the departments, overseas included, as a grid of equal tiles: no outline to load, and
a small department is seen as well as a large one. The same figures stand in a table beneath.

Any page may use it: ``draw`` gives the picture, ``territories/_department_map.html`` renders it
(``styles``: territories/department_map.css).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe

from essaim.common.templatetags.essaim import amount
from essaim.territories.models import Territory

# Rows from north to south, tiles from west to east; « . » is the sea or a neighbour. Ours: drawn
# so that most departments touch those they touch in life.
_MAINLAND = """
.  .  .  .  .  62 59 .  .  .  .  .
.  .  .  .  76 80 02 08 .  .  .  .
.  .  50 14 27 60 95 93 51 55 57 67
29 22 35 61 28 78 92 75 94 10 54 88
.  56 53 72 41 45 91 77 89 52 70 68
.  44 49 37 36 18 58 21 39 25 90 .
.  85 79 86 87 23 03 71 01 74 .  .
.  .  17 16 19 63 42 69 38 73 .  .
.  .  33 24 46 15 43 07 26 05 .  .
.  .  40 47 82 12 48 30 84 04 06 .
.  .  64 32 31 81 34 13 83 .  .  2B
.  .  .  65 09 11 66 .  .  .  .  2A
"""
_OVERSEAS = """
971 972 973 974 976 975 977 978 .   .   .   .
986 987 988 984 989 .   .   .   .   .   .   .
"""
TILE, GAP, BETWEEN = 46, 4, 22
LEVELS = 4


def _places() -> dict[str, tuple[int, int]]:
    """Code → upper left corner of its tile, in units of the picture."""
    found: dict[str, tuple[int, int]] = {}
    step, top = TILE + GAP, 0
    for block in (_MAINLAND, _OVERSEAS):
        for row in block.strip().splitlines():
            for column, code in enumerate(row.split()):
                if code != ".":
                    found[code] = (column * step, top)
            top += step
        top += BETWEEN
    return found


PLACES = _places()
# One more than the last tile: half of its edge lies outside.
WIDTH = 12 * (TILE + GAP) - GAP + 1
HEIGHT = max(y for _x, y in PLACES.values()) + TILE + 1


@dataclass(frozen=True)
class Tile:
    code: str
    x: int
    y: int
    value: int
    level: int  # 0 (nothing) to LEVELS: depth of the colour

    @property
    def middle(self) -> int:
        return self.x + TILE // 2

    @property
    def code_y(self) -> int:
        return self.y + 19

    @property
    def value_y(self) -> int:
        return self.y + 38


@dataclass(frozen=True)
class DepartmentMap:
    tiles: list[Tile]
    unplaced: dict[str, int]  # values of codes that the grid does not know
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def svg(self) -> SafeString:
        """The tiles as elements of the picture: of codes and numbers of ours, and written here
        since a template takes ten times as long over so many."""
        return mark_safe("".join(_drawn(tile) for tile in self.tiles))  # noqa: S308


def _drawn(tile: Tile) -> str:
    value = (
        f'<text class="department-map__value" x="{tile.middle}" y="{tile.value_y}"'
        f' text-anchor="middle">{amount(tile.value)}</text>'
        if tile.value
        else ""
    )
    return (
        f'<g class="department-map__tile department-map__tile--{tile.level}">'
        f'<rect x="{tile.x}" y="{tile.y}" width="{TILE}" height="{TILE}" rx="4"></rect>'
        f'<text x="{tile.middle}" y="{tile.code_y}" text-anchor="middle">{tile.code}</text>'
        f"{value}</g>\n"
    )


def draw(values: Mapping[str, int]) -> DepartmentMap:
    """One tile for each department; its number is written on it, and its colour grows with it."""
    most = max(values.values(), default=0)
    tiles = []
    for code, (x, y) in PLACES.items():
        value = values.get(code, 0)
        level = -(-value * LEVELS // most) if value > 0 and most else 0
        tiles.append(Tile(code, x, y, value, level))
    return DepartmentMap(tiles, {c: v for c, v in values.items() if c not in PLACES})


# The places as one array: thousands of parameters would take longer to send than to look up.
_DEPARTMENTS = """
    SELECT within.descendant_id, department.code
    FROM territories_containment within
    JOIN territories_territory department
        ON department.id = within.ancestor_id AND department.kind = 'department'
    WHERE within.descendant_id = ANY(%(places)s)
    UNION ALL
    SELECT across.one_id, department.code
    FROM territories_overlap across
    JOIN territories_territory department
        ON department.id = across.other_id AND department.kind = 'department'
    WHERE across.one_id = ANY(%(places)s)
"""


def departments_of(territories: Collection[int]) -> dict[int, list[str]]:
    """For each of these places (primary keys), the codes of the departments it lies in, itself
    included where it is one. A place across several is in each; what is larger than a department
    is in none. One query, none for no place."""
    if not territories:
        return {}
    found: dict[int, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_DEPARTMENTS, {"places": list(territories)})
        for pk, code in cursor.fetchall():
            found[pk].add(code)
    return {pk: sorted(codes) for pk, codes in found.items()}


@dataclass(frozen=True)
class Counted:
    departments: list[tuple[str, str, int]]  # code, name, how many; by code
    elsewhere: int  # on a place larger than a department


# What contains the places is looked up by one array of them, then departments are kept: from the
# departments down, a planner would read all communes of the country.
_COUNTED = """
    WITH place AS (
        SELECT territory_id, count(*) AS n FROM ({places}) AS asked GROUP BY territory_id
    ), department AS MATERIALIZED (
        SELECT id, code, name FROM territories_territory WHERE kind = 'department'
    ), above AS MATERIALIZED (
        SELECT descendant_id AS territory_id, ancestor_id AS id FROM territories_containment
        WHERE descendant_id = ANY(ARRAY(SELECT territory_id FROM place))
        UNION ALL
        SELECT one_id, other_id FROM territories_overlap
        WHERE one_id = ANY(ARRAY(SELECT territory_id FROM place))
    ), inside AS (
        SELECT place.territory_id, department.code, department.name, place.n
        FROM above JOIN department ON department.id = above.id
        JOIN place ON place.territory_id = above.territory_id
    )
    SELECT code, min(name), sum(n)::int FROM inside GROUP BY code
    UNION ALL
    SELECT NULL, NULL, sum(n)::int FROM place
    WHERE NOT EXISTS (SELECT 1 FROM inside WHERE inside.territory_id = place.territory_id)
    ORDER BY 1
"""


def count_by_department(places: QuerySet[Any]) -> Counted:
    """How many rows lie in each department; ``places``: of each row, its ``territory_id`` alone.
    A row across several departments counts in each. One query, none where nothing can be found."""
    try:
        sql, params = places.query.sql_with_params()
    except EmptyResultSet:
        return Counted([], 0)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(places=sql), params)
        rows = cursor.fetchall()
    elsewhere = sum(n or 0 for code, _name, n in rows if code is None)
    return Counted([row for row in rows if row[0] is not None], elsewhere)


def department_names(codes: Collection[str]) -> dict[str, str]:
    """Code → name, in the order of the codes; one query."""
    rows = Territory.objects.filter(kind="department", code__in=codes).order_by("code")
    return dict(rows.values_list("code", "name"))
