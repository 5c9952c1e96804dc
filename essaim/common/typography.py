"""French as it is set: no line begins with a sign that belongs to the word before it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language

NO_BREAK = "\u00a0"
_KEPT = re.compile(r"(?<=«) | (?=[»:;!?€]|%%)|(?<=\d) (?=%(?![(sd]))")


def french(text: str) -> str:
    """The text with no-break spaces inside guillemets and before high signs, « € » and the
    percent sign (doubled in a format)."""
    return _KEPT.sub(NO_BREAK, text)


def colon() -> str:
    """As the reader's language sets it: French puts a space before it, English does not."""
    return f"{NO_BREAK}:" if get_language() == "fr" else ":"


def semicolon() -> str:
    """As ``colon``."""
    return f"{NO_BREAK};" if get_language() == "fr" else ";"


def quoted(said: Any) -> str:
    """Between the quotation marks of the reader's language."""
    return f"«{NO_BREAK}{said}{NO_BREAK}»" if get_language() == "fr" else f"“{said}”"


def labelled(label: Any, said: Any) -> str:
    """« label : said »."""
    return f"{label}{colon()} {said}"


def in_series(said: Iterable[Any]) -> str:
    """One after the other, a semicolon between them."""
    return f"{semicolon()} ".join(map(str, said))
