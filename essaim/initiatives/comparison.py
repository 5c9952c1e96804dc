"""Two contents of a section side by side, for the person who must choose (no database write)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from essaim.common.text import compared
from essaim.people.models import Organisation
from essaim.territories.models import Territory
from essaim.themes.models import Audience, Theme

from .models import Initiative
from .sections import PART_LISTS, Content, changed_names

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
    # Written by people; the names of the lists are said in the reader's language.
    is_prose: bool = True


def differences(saved: Content, typed: Content) -> list[Difference]:
    """Field by field, what is saved and what was typed, words that differ marked."""
    found = []
    for name in changed_names(saved, typed):
        before, after = _as_text(name, saved.get(name)), _as_text(name, typed[name])
        saved_pieces, typed_pieces = compared(before, after)
        found.append(
            Difference(
                label=_label(name), saved=saved_pieces, typed=typed_pieces,
                is_prose=name not in ("themes", "audiences"),
            )
        )  # fmt: skip
    return found


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
