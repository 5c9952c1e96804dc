"""What a source holds, before it is a card."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

from essaim.harvest.failures import Broken

Flat = dict[str, Any]


@dataclass(slots=True)
class Remark:
    """``code``: a key of ``failures.RECORDS``."""

    code: str
    params: dict[str, str] = field(default_factory=dict)
    is_error: bool = True


@dataclass(slots=True)
class Found:
    """One record. ``fields``: by the names of the source, inner objects by dotted paths."""

    number: int
    fields: Flat = field(default_factory=dict)
    # The address of the page that carries it, where that is known before reading it.
    page: str = ""
    remarks: list[Remark] = field(default_factory=list)
    # Where it is at the source, once mapped.
    link: str = ""
    # Of another Essaim: the address where the card was first given, before any bank took it up.
    origin: str = ""
    # Not for here: ``remarks`` say why.
    left_out: bool = False
    # The page did not change since the last passage: nothing was read.
    unchanged: bool = False
    etag: str = ""
    last_modified: str = ""
    dated: str = ""


def whole_json(file: IO[bytes]) -> Any:
    """One document, in memory; bytes that are no UTF-8 are those of Windows. Raises Broken."""
    data = file.read()
    try:
        try:
            return parsed(data)
        except UnicodeDecodeError:
            return parsed(data.decode("windows-1252", "replace"))
    except (ValueError, RecursionError) as error:
        raise Broken("json", detail=error) from None


def parsed(text: str | bytes) -> Any:
    """JSON, where what some write for a number that has no value, or none that can be kept (NaN,
    Infinity, 1e999), is nothing. Raises ValueError."""
    return json.loads(text, parse_float=_finite, parse_constant=lambda name: None)


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def joined(base: str, address: str) -> str:
    """An address read on a page, whole; "" where it is none, or none that a browser may follow."""
    try:
        whole = urljoin(base, address.strip())
        sound = urlsplit(whole).scheme in {"http", "https"} and bool(urlsplit(whole).hostname)
    except ValueError:  # "http://[": no address at all
        return ""
    return whole if sound else ""


def flatten(value: Any, *, depth: int = 4) -> Flat:
    """Inner objects as dotted paths, lists of texts as they are, lists of objects by their first
    one's paths as lists."""
    found: Flat = {}
    _flatten(value, "", found, depth)
    return found


def _flatten(value: Any, path: str, found: Flat, depth: int) -> None:
    if isinstance(value, dict) and depth:
        for key, item in value.items():
            _flatten(item, f"{path}.{key}" if path else str(key), found, depth - 1)
        return
    if isinstance(value, list) and value and depth and all(isinstance(i, dict) for i in value):
        parts: dict[str, list[Any]] = {}
        for item in value:
            inner: Flat = {}
            _flatten(item, path, inner, depth - 1)
            for key, each in inner.items():
                parts.setdefault(key, []).extend(each if isinstance(each, list) else [each])
        found |= {key: items for key, items in parts.items() if key not in found}
        found.setdefault(path, value)
        return
    if path and value not in (None, "", []):
        found[path] = value
