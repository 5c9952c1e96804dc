"""What a field of the format may hold: how it is read, mended, refused, and said in JSON Schema.

``read(value, where, notes)`` returns the canonical value (what the database would give back), or
the blank after noting an error; a line with an error is skipped, so the blank is never kept.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import override

from essaim.common.text import fold

from ..issues import Notes
from ..mend import words
from ..mend.text import clean

TEXT = 200_000  # characters of one text: some forty pages of a report


class Aside(str):
    """What is stored in place of a word that the bank does not know; ``raw`` is given back."""

    raw: str

    def __new__(cls, stored: str, raw: str) -> Aside:
        text = super().__new__(cls, stored)
        text.raw = raw
        return text


@dataclass(frozen=True)
class Kind(ABC):
    required: bool = False
    label: Any = ""
    help: Any = ""

    blank: Any = field(default="", init=False)

    def read(self, value: Any, where: str, notes: Notes) -> Any:
        if value is None or value == "":
            if self.required:
                notes.error(where, "required")
            return self.empty()
        errors = len(notes.errors)
        result = self.parse(value, where, notes)
        if self.required and result == self.empty() and len(notes.errors) == errors:
            notes.error(where, "required")
        return result

    def empty(self) -> Any:
        return self.blank

    @abstractmethod
    def parse(self, value: Any, where: str, notes: Notes) -> Any:
        """The canonical value of one that is not blank."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """What the value may be, in JSON Schema."""


@dataclass(frozen=True)
class Text(Kind):
    """One line; ``block``: several; ``markdown``: several, in Markdown; ``lines``: a list of
    texts is taken too, one a line."""

    limit: int = TEXT
    block: bool = False
    markdown: bool = False
    lines: bool = False
    synonyms: dict[str, str] | None = None

    def parse(self, value: Any, where: str, notes: Notes) -> str:
        if self.lines and isinstance(value, list):
            from .lists import Words  # a list of lines is read as a list, then joined

            items = Words(limit=TEXT, item_block=True).read(value, where, notes)
            value = "\n".join(items)
        if not isinstance(value, str):
            notes.wrong_type(where, "text", value)
            return ""
        if len(value) > TEXT * 2:  # before any work on it
            notes.error(where, "too_long", length=len(value), limit=self.limit)
            return ""
        text, codes = clean(value, block=self.block, markdown=self.markdown)
        if self.synonyms is not None:
            text = words.canonical(text, self.synonyms)
        for code in codes:
            notes.warn(where, code)
        if len(text) > self.limit:
            notes.error(where, "too_long", length=len(text), limit=self.limit)
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.limit} | (
            {"minLength": 1} if self.required else {}
        )


@dataclass(frozen=True)
class Identifier(Text):
    def parse(self, value: Any, where: str, notes: Notes) -> str:
        text = super().parse(value, where, notes)
        if re.search(r"\s", text):
            notes.error(where, "identifier_space")
        return text

    def schema(self) -> dict[str, Any]:
        return super().schema() | {"pattern": r"^\S+$"}


@dataclass(frozen=True)
class Choice(Kind):
    """One value of an enumeration; its French label and known synonyms are understood.

    ``otherwise``: what an unknown word becomes instead of an error.
    """

    choices: list[tuple[str, Any]] = field(default_factory=list)
    synonyms: dict[str, list[str]] = field(default_factory=dict)
    otherwise: str | None = None
    _known: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def read(self, value: Any, where: str, notes: Notes) -> Any:
        if self.otherwise is not None and (value is None or value == ""):
            return self.otherwise
        return super().read(value, where, notes)

    def parse(self, value: Any, where: str, notes: Notes) -> str:
        if not isinstance(value, str):
            notes.wrong_type(where, "text", value)
            return ""
        values = [stored for stored, _label in self.choices]
        if value in values:
            return value
        found = self.known().get(fold(clean(value)[0]))
        if found is not None:
            notes.warn(where, "choice_mended", value=value, kept=found)
            return found
        return self.unknown(value, where, notes)

    def known(self) -> dict[str, str]:
        """Folded words → stored values; the labels in French, whatever the reader's language."""
        if not self._known:
            with override("fr"):
                self._known.update(words.choices(self.choices, self.synonyms))
        return self._known

    def unknown(self, value: str, where: str, notes: Notes) -> str:
        if self.otherwise is not None:
            notes.warn(where, "choice_other", value=value, kept=self.otherwise)
            return Aside(self.otherwise, clean(value)[0])
        if not clean(value)[0]:
            if self.required:
                notes.error(where, "required")
            return ""
        known = ", ".join(stored for stored, _label in self.choices)
        notes.error(where, "choice", value=value, choices=known)
        return ""

    def schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "enum": [stored for stored, _label in self.choices],
            "x-labels": {stored: str(label) for stored, label in self.choices},
        }


@dataclass(frozen=True)
class OpenChoice(Choice):
    """An enumeration where an unknown word is kept aside, word for word."""

    def unknown(self, value: str, where: str, notes: Notes) -> Any:
        text = clean(value)[0]
        if not text:
            return ""
        notes.warn(where, "choice_left", value=value)
        return Aside("", text)

    def schema(self) -> dict[str, Any]:
        known = super().schema()
        return {"anyOf": [known, {"type": "string"}]}
