"""The départements as tiles: each as large as the others, roughly where it lies.

A map that needs no outline and hides no small département; those of overseas stand on the left.
The layout is ours. Each picture has the same figures as a table beneath it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# Column by column from the west, row by row from the north; « .. » is nothing.
_LAYOUT = """
.. .. .. .. .. .. 62 59 .. .. .. .. ..
.. .. .. .. .. 76 80 02 08 .. .. .. ..
.. .. .. 50 14 27 60 51 55 57 67 .. ..
29 22 35 53 61 78 95 93 10 54 88 68 ..
.. 56 44 49 72 28 92 75 94 52 70 90 ..
.. .. 85 79 37 41 91 77 89 21 25 .. ..
.. .. .. 17 86 36 45 18 58 71 39 .. ..
971 .. .. 16 87 23 03 42 69 01 74 .. ..
972 975 .. 33 24 19 63 43 07 38 73 .. ..
973 977 .. 40 47 46 15 48 30 26 05 .. ..
974 978 .. 64 32 82 12 81 34 84 04 06 2B
976 986 .. .. 65 31 09 11 .. 13 83 .. 2A
988 987 .. .. .. .. 66 .. .. .. .. .. ..
"""
PLACES: dict[str, tuple[int, int]] = {
    code: (column, row)
    for row, line in enumerate(_LAYOUT.strip().splitlines())
    for column, code in enumerate(line.split())
    if code != ".."
}
SIDE, GAP = 44, 4
WIDTH, HEIGHT = 13 * (SIDE + GAP), 13 * (SIDE + GAP)


@dataclass(frozen=True)
class Tile:
    """``level`` from 0 (nothing) to 4 chooses its colour; ``figure`` is written on it, so that
    nothing is told by colour alone; ``name`` is read by who points at it."""

    level: int
    figure: str
    name: str


def draw(tiles: Mapping[str, Tile], title: str) -> SafeString:
    """Safe markup; départements without a tile of their own are drawn empty."""
    parts = format_html_join(
        "",
        '<g class="tile tile--{}"><title>{}</title>'
        '<rect x="{}" y="{}" width="{}" height="{}" rx="3"/>'
        '<text class="tile-code" x="{}" y="{}" text-anchor="middle">{}</text>'
        '<text class="tile-figure" x="{}" y="{}" text-anchor="middle">{}</text></g>',
        (_tile(code, *place, tiles.get(code)) for code, place in PLACES.items()),
    )
    return format_html(
        '<svg class="tiles" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg"'
        ' viewBox="0 0 {} {}" fill="currentColor" font-size="12">{}</svg>',
        title, WIDTH, HEIGHT, parts,
    )  # fmt: skip


def _tile(code: str, column: int, row: int, tile: Tile | None) -> tuple[object, ...]:
    x, y = column * (SIDE + GAP) + GAP / 2, row * (SIDE + GAP) + GAP / 2
    level, figure, name = (tile.level, tile.figure, tile.name) if tile else (0, "", code)
    middle = x + SIDE / 2
    return (level, name, x, y, SIDE, SIDE, middle, y + 17, code, middle, y + 36, figure)
