"""Keys of rows as they come from outside: forms, addresses, announcements."""

from __future__ import annotations

from collections.abc import Iterable


def numbers_in(texts: Iterable[str]) -> list[int]:
    """What is none is left out, however long."""
    return [int(text) for text in texts if text.isdecimal() and len(text) < 18]
