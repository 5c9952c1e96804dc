"""Lists of words, of places, of records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from essaim.common.text import fold

from ..issues import Notes
from .base import Aside, Kind, Text

ITEMS = 1000  # elements of one list


@dataclass(frozen=True)
class Words(Kind):
    """A list of texts. A single text is cut at commas (``cut``) or at line ends."""

    limit: int = 200
    cut: bool = False
    item_block: bool = False

    def empty(self) -> list[str]:
        return []

    def parse(self, value: Any, where: str, notes: Notes) -> list[str]:
        if isinstance(value, str):
            value = self.split(value, where, notes)
        if not isinstance(value, list):
            notes.wrong_type(where, "list", value)
            return []
        if len(value) > ITEMS:
            notes.error(where, "too_many", length=len(value), limit=ITEMS)
            return []
        item = Text(limit=self.limit, block=self.item_block)
        read = (self.item(item, part, f"{where}[{n}]", notes) for n, part in enumerate(value))
        return (
            list(dict.fromkeys(text for text in read if text))
            if self.cut
            else [t for t in read if t]
        )

    def item(self, kind: Text, value: Any, where: str, notes: Notes) -> str:
        return kind.read(value, where, notes)

    def split(self, value: str, where: str, notes: Notes) -> list[str]:
        parts = re.split(r"[,;|\n]" if self.cut else r"\n", value)
        parts = [part for part in parts if part.strip()]
        if parts:
            notes.warn(where, "split" if len(parts) > 1 else "wrapped")
        return parts

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": self.limit},
            "maxItems": ITEMS,
        }


@dataclass(frozen=True)
class Places(Words):
    """Territories by kind and code; ``{"kind": …, "code": …}`` is taken too."""

    def item(self, kind: Text, value: Any, where: str, notes: Notes) -> str:
        if (
            isinstance(value, dict)
            and {"kind", "code"} <= set(value)
            and all(isinstance(value[key], str) for key in ("kind", "code"))
        ):
            kept = f"{value['kind']}:{value['code']}"
            notes.warn(where, "territory_mended", value=kept, kept=kept)
            value = kept
        return super().item(kind, value, where, notes)

    def schema(self) -> dict[str, Any]:
        return super().schema() | {
            "items": {"type": "string", "maxLength": self.limit},
            "examples": [["commune:38185", "epci:200040715", "department:38", "region:84"]],
        }


Check = Callable[[dict[str, Any], str, Notes], None]


@dataclass(frozen=True)
class Record(Kind):
    """An object of named fields. ``shorthand``: the field that a lone text stands for.

    What the bank cannot use is kept under the key "" of the result, to be given back.
    """

    fields: dict[str, Kind] = field(default_factory=dict)
    shorthand: str = ""
    check: Check | None = None

    def empty(self) -> dict[str, Any]:
        return {}

    def parse(self, value: Any, where: str, notes: Notes) -> dict[str, Any]:
        if isinstance(value, str) and self.shorthand:
            if not value.strip():
                return {}
            notes.warn(f"{where}.{self.shorthand}", "wrapped")
            value = {self.shorthand: value}
        if not isinstance(value, dict):
            notes.wrong_type(where, "object", value)
            return {}
        known, aside = known_keys(value, self.fields, where, notes)
        if not aside and all(item in ("", None, [], {}) for item in known.values()):
            return {}
        read: dict[str, Any] = {}
        for name, kind in self.fields.items():
            item = kind.read(known.get(name), f"{where}.{name}", notes)
            if isinstance(item, Aside):
                aside[name], item = item.raw, str(item)
            read[name] = item
        if self.check is not None:
            self.check(read, where, notes)
        return read | {"": aside} if aside else read

    def schema(self) -> dict[str, Any]:
        required = [name for name, kind in self.fields.items() if kind.required]
        return {
            "type": "object",
            "properties": {name: described(kind) for name, kind in self.fields.items()},
        } | ({"required": required} if required else {})


@dataclass(frozen=True)
class Records(Kind):
    """A list of objects; a lone object becomes a list."""

    record: Record = field(default_factory=Record)

    def empty(self) -> list[dict[str, Any]]:
        return []

    def parse(self, value: Any, where: str, notes: Notes) -> list[dict[str, Any]]:
        if isinstance(value, dict):
            notes.warn(where, "wrapped")
            value = [value]
        if not isinstance(value, list):
            notes.wrong_type(where, "list", value)
            return []
        if len(value) > ITEMS:
            notes.error(where, "too_many", length=len(value), limit=ITEMS)
            return []
        for n, item in enumerate(value):
            if item is False or item == 0:
                notes.wrong_type(f"{where}[{n}]", "object", item)
        read = (self.record.parse(x, f"{where}[{n}]", notes) for n, x in enumerate(value) if x)
        return [row for row in read if row]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.record.schema(), "maxItems": ITEMS}


def described(kind: Kind) -> dict[str, Any]:
    """The schema of a field with its title and description, in the active language."""
    texts = {"title": str(kind.label), "description": str(kind.help)}
    return {key: text for key, text in texts.items() if text} | kind.schema()


def known_keys(
    value: dict[str, Any], fields: Iterable[str], where: str, notes: Notes
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The object's values by known name, and what no field is named after.

    « Title » or « What failed » are understood; an exact name wins over such a one.
    """
    names = set(fields)
    known: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    for key, item in value.items():
        if key in names:
            known[key] = item
    for key, item in value.items():
        if key in names:
            continue
        place = f"{where}.{key}" if where else key
        name = fold(key).replace(" ", "_")
        if name in names and name not in known:
            notes.warn(place, "key_mended", value=name)
            known[name] = item
        else:
            notes.warn(place, "key_unknown")
            unknown[key] = item
    return known, unknown
