"""Text as people type it, made comparable."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_apart = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=10_000)
def fold(value: str) -> str:
    """Lower case without accents, ligatures opened, every other sign a single space."""
    value = value.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    decomposed = unicodedata.normalize("NFKD", value)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
    return _apart.sub(" ", bare).strip()
