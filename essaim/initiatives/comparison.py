"""Two contents of a section side by side, for the person who must choose (no database write)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from essaim.people.models import Organisation
from essaim.territories.models import Territory
from essaim.themes.models import Audience, Theme

from .models import Initiative
from .sections import PART_LISTS, Content, changed_names

_WORD = re.compile(r"\S+\s*|\s+")
_NAMED: dict[str, Any] = {
    "themes": Theme,
    "audiences": Audience,
    "territories": Territory,
    "holder": Organisation,
}


@dataclass(frozen=True)
class Difference:
    label: Any
    saved: list[tuple[str, str]]  # (what, text): what is "same" or "gone"
    typed: list[tuple[str, str]]  # "same" or "new"


def differences(saved: Content, typed: Content) -> list[Difference]:
    """Field by field, what is saved and what was typed, words that differ marked."""
    found = []
    for name in changed_names(saved, typed):
        before, after = _as_text(name, saved.get(name)), _as_text(name, typed[name])
        pairs = list(_compare(before, after))
        found.append(
            Difference(
                label=_label(name),
                saved=[(what, left) for what, left, _right in pairs if left],
                typed=[
                    ("new" if what == "gone" else what, right)
                    for what, _left, right in pairs
                    if right
                ],
            )
        )
    return found


def _compare(before: str, after: str) -> Iterator[tuple[str, str, str]]:
    left, right = _WORD.findall(before), _WORD.findall(after)
    matcher = difflib.SequenceMatcher(a=left, b=right, autojunk=len(left) > 2000)
    for tag, a, b, c, d in matcher.get_opcodes():
        yield ("same" if tag == "equal" else "gone"), "".join(left[a:b]), "".join(right[c:d])


def _label(name: str) -> Any:
    if name in PART_LISTS:
        return PART_LISTS[name].model._meta.verbose_name_plural
    return Initiative._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def _as_text(name: str, value: Any) -> str:
    if name in _NAMED:
        keys = value if isinstance(value, list) else [value] if value else []
        return ", ".join(str(row) for row in _NAMED[name].objects.filter(pk__in=keys))
    if name in PART_LISTS:
        fields = PART_LISTS[name].fields
        return "\n".join(
            " · ".join(str(row[f]) for f in fields if row[f] not in ("", None)) for row in value
        )
    if isinstance(value, list):
        return "\n".join(str(item) for item in value)
    return "" if value is None else str(value)
