"""Text as people type it, made comparable, or plain."""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import lru_cache
from typing import Any

from django.utils.html import format_html

_apart = re.compile(r"[^a-z0-9]+")
_link = re.compile(r"\[([^\]\[]{1,300})\]\([^()\s]{1,500}\)")
_marks = re.compile(r"(?m)^[ \t]*(?:#{1,6}|>)[ \t]+|[*`]{1,3}(?!\s)|(?<=\S)[*`]{1,3}")
_word = re.compile(r"\S+\s*|\s+")
_bullets = re.compile(r"(?m)^[ \t]*[*+-][ \t]+")


@lru_cache(maxsize=10_000)
def fold(value: str) -> str:
    """Lower case without accents, ligatures opened, every other sign a single space."""
    value = value.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    decomposed = unicodedata.normalize("NFKD", value)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
    return _apart.sub(" ", bare).strip()


def clean(text: str) -> str:
    """As typed, with one kind of line end, no character that the database refuses, nothing around."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def one_line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def in_french(text: Any) -> Any:
    """What somebody typed here, said to be French wherever a page is read in another language; an
    empty text stays so."""
    return format_html('<span lang="fr">{}</span>', text) if text else text


def without_marks(text: str, *, bullets: bool = False) -> str:
    """Markdown as plain text: its links by their words, lines and paragraphs kept. ``bullets``:
    whether its lists keep a dash."""
    text = _bullets.sub("- " if bullets else "", _link.sub(r"\1", text))
    return _marks.sub("", text)


def compared(before: str, after: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Both texts in pieces, words that differ marked: "same", "gone" (first), "new" (second)."""
    left, right = _word.findall(before), _word.findall(after)
    matcher = difflib.SequenceMatcher(a=left, b=right, autojunk=len(left) > 2000)
    old, new = [], []
    for tag, a, b, c, d in matcher.get_opcodes():
        if a < b:
            old.append(("same" if tag == "equal" else "gone", "".join(left[a:b])))
        if c < d:
            new.append(("same" if tag == "equal" else "new", "".join(right[c:d])))
    return old, new
