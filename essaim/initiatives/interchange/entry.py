"""One object of a file, read by the table of the format."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .card_format import FIELDS
from .issues import Notes
from .kinds import known_keys
from .mend.text import storable

DEPTH = 20  # levels of a value that is kept without being read


@dataclass(slots=True)
class Entry:
    """What a line says of a card. A field that the line does not name is not in ``values``:
    it leaves what the card has; a field given empty is in it, blank, and clears it."""

    notes: Notes
    values: dict[str, Any]
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def external_id(self) -> str:
        return str(self.values["external_id"])


def read_entry(value: Any, notes: Notes) -> Entry | None:
    """None when something stops the line; ``notes`` then says all that is wrong with it."""
    if not isinstance(value, dict):
        notes.error("", "line_not_object", type=type(value).__name__)
        return None
    known, extra = known_keys(value, FIELDS, "", notes)
    values = {}
    for name, kind in FIELDS.items():
        if name in known or kind.required:
            values[name] = kind.read(known.get(name), name, notes)
    try:
        extra = {storable(key): plain(item) for key, item in extra.items()}
        for name, item in values.items():
            values[name] = _with_plain_asides(item)
    except TooDeep:
        notes.error("", "line_too_deep", limit=DEPTH)
    return None if notes.errors else Entry(notes, values, extra)


class TooDeep(ValueError):
    pass


def plain(value: Any, depth: int = DEPTH) -> Any:
    """A JSON value as the database keeps it. Raises TooDeep."""
    if depth < 0:
        raise TooDeep
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Decimal):
        number = float(value)
        return number if abs(number) != float("inf") else str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**300:
        return str(value)
    if isinstance(value, list):
        return [plain(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {storable(str(key)): plain(item, depth - 1) for key, item in value.items()}
    return value


def _with_plain_asides(item: Any) -> Any:
    if isinstance(item, dict) and "" in item:
        return item | {"": plain(item[""])}
    if isinstance(item, list):
        return [_with_plain_asides(part) if isinstance(part, dict) else part for part in item]
    return item
