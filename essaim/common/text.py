"""Text as people type it, made comparable, or plain."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_apart = re.compile(r"[^a-z0-9]+")
_link = re.compile(r"\[([^\]\[]{1,300})\]\([^()\s]{1,500}\)")
_marks = re.compile(r"(?m)^[ \t]*(?:#{1,6}|>)[ \t]+|[*`]{1,3}(?!\s)|(?<=\S)[*`]{1,3}")
_bullets = re.compile(r"(?m)^[ \t]*[*+-][ \t]+")


@lru_cache(maxsize=10_000)
def fold(value: str) -> str:
    """Lower case without accents, ligatures opened, every other sign a single space."""
    value = value.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    decomposed = unicodedata.normalize("NFKD", value)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
    return _apart.sub(" ", bare).strip()


def without_marks(text: str, *, bullets: bool = False) -> str:
    """Markdown as plain text: its links by their words, lines and paragraphs kept. ``bullets``:
    whether its lists keep a dash."""
    text = _bullets.sub("- " if bullets else "", _link.sub(r"\1", text))
    return _marks.sub("", text)
