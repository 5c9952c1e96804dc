"""Rows of a CSV against a Table Schema, as the validators of schema.data.gouv.fr read them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any


def _boolean(field: dict[str, Any]) -> Callable[[str], Any]:
    true, false = field.get("trueValues", ["true"]), field.get("falseValues", ["false"])

    def read(text: str) -> bool:
        if text not in {*true, *false}:
            raise ValueError(text)
        return text in true

    return read


def _date(text: str) -> dt.date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(text)
    return dt.date.fromisoformat(text)


def _reader(field: dict[str, Any]) -> Callable[[str], Any]:
    return {
        "string": str,
        "integer": int,
        "number": float,
        "boolean": _boolean(field),
        "date": _date,
        "datetime": dt.datetime.fromisoformat,
    }[field["type"]]


def problems(schema: dict[str, Any], rows: list[dict[str, str]]) -> list[str]:
    """What does not follow it, « line field: why »; nothing where all is well."""
    found: list[str] = []
    names = [field["name"] for field in schema["fields"]]
    for number, row in enumerate(rows, 2):
        if list(row) != names:
            found.append(f"{number}: columns {list(row)}")
        for field in schema["fields"]:
            found += [f"{number} {field['name']}: {why}" for why in _of(field, row[field["name"]])]
    keys = schema.get("primaryKey", [])
    values = [tuple(row[name] for name in keys) for row in rows] if keys else []
    if len(set(values)) != len(values):
        found.append(f"primary key {keys} given twice")
    return found


def _of(field: dict[str, Any], text: str) -> list[str]:
    limits = field["constraints"]
    if text == "":
        return ["is required"] if limits["required"] else []
    try:
        value = _reader(field)(text)
    except ValueError:
        return [f"{text!r} is no {field['type']}"]
    found = []
    if "enum" in limits and text not in limits["enum"]:
        found.append(f"{text!r} is none of {limits['enum']}")
    if "pattern" in limits and not re.search(limits["pattern"], text):
        found.append(f"{text!r} does not match {limits['pattern']}")
    if len(text) > limits.get("maxLength", len(text)):
        found.append(f"longer than {limits['maxLength']}")
    least, most = limits.get("minimum", value), limits.get("maximum", value)
    if not isinstance(value, (str, bool, dt.date)) and not least <= value <= most:
        found.append(f"{value} is out of bounds")
    if field.get("format") == "uri" and not re.match(r"https?://", text):
        found.append(f"{text!r} is no address")
    return found
