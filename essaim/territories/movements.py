"""What became of territories that no longer exist, read from a file of movements."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .reference import KINDS

MOVEMENTS_FILE = Path(__file__).parent / "data" / "movements.csv"
COLUMNS = ["kind", "code", "successor", "gone_on", "name"]


class Movement(NamedTuple):
    """One territory that ended; `name` lets one that was never loaded be known all the same."""

    kind: str
    code: str
    #: Code of the territory of the same kind that took its place, or empty.
    successor: str
    gone_on: dt.date
    name: str


def read_movements(path: Path = MOVEMENTS_FILE) -> Iterator[Movement]:
    """Yield the movements of a CSV file. Raises ValueError, with the line, on the first bad one."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = csv.DictReader(handle)
        if rows.fieldnames != COLUMNS:
            raise ValueError(f"{path.name}: expected the columns {','.join(COLUMNS)}")
        for row in rows:
            where = f"{path.name}, line {rows.line_num}"
            values = {key: (value or "").strip() for key, value in row.items() if key}
            if values["kind"] not in KINDS:
                raise ValueError(f"{where}: unknown kind {values['kind']!r}")
            if not values["code"] or values["code"] == values["successor"]:
                raise ValueError(f"{where}: a movement goes from one code to another")
            try:
                gone_on = dt.date.fromisoformat(values["gone_on"])
            except ValueError:
                raise ValueError(f"{where}: {values['gone_on']!r} is not a date") from None
            yield Movement(
                values["kind"], values["code"], values["successor"], gone_on, values["name"]
            )
