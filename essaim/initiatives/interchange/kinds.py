"""What a field of the format may hold: how it is read, mended, refused, and said in JSON Schema.

``read(value, where, notes)`` returns the canonical value (what the database would give back), or
the blank after noting an error; a line with an error is skipped, so the blank is never kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import override

from essaim.common.text import fold

from .issues import Notes
from .mend import dates, numbers, words
from .mend.text import clean

ITEMS = 1000  # elements of one list
TEXT = 200_000  # characters of one text: some forty pages of a report

is_web_address = URLValidator(schemes=["http", "https"])


class Aside(str):
    """What is stored in place of a word that the bank does not know; ``raw`` is given back."""

    raw: str

    def __new__(cls, stored: str, raw: str) -> Aside:
        text = super().__new__(cls, stored)
        text.raw = raw
        return text


@dataclass(frozen=True)
class Kind:
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

    def parse(self, value: Any, where: str, notes: Notes) -> Any:
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        raise NotImplementedError


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


@dataclass(frozen=True)
class Number(Kind):
    """An amount, zero or more, to the cent."""

    blank: Any = field(default=None, init=False)

    def parse(self, value: Any, where: str, notes: Notes) -> Decimal | None:
        number = self.number(value, where, notes)
        if number is None:
            return None
        if number < 0:
            notes.error(where, "number_negative")
        elif number >= numbers.LARGEST:
            notes.error(where, "number_large")
        else:
            kept = numbers.rounded(number)
            if kept != number:
                notes.warn(where, "number_rounded", kept=kept)
            return kept
        return None

    def number(self, value: Any, where: str, notes: Notes) -> Decimal | None:
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            notes.wrong_type(where, "number", value)
            return None
        if not isinstance(value, str):
            return value if isinstance(value, Decimal) else Decimal(value)
        text = clean(value)[0]
        if not text or numbers.is_placeholder(text):
            notes.warn(where, "placeholder", value=value)
            return None
        try:
            number = self.from_text(text)
        except numbers.NotANumber as error:
            notes.error(where, error.code, value=value)
            return None
        notes.warn(where, "number_mended", value=value, kept=number)
        return number

    def from_text(self, text: str) -> Decimal:
        return numbers.parse_amount(text)[0]

    def schema(self) -> dict[str, Any]:
        return {"type": ["number", "null"], "minimum": 0}


@dataclass(frozen=True)
class Percent(Number):
    def parse(self, value: Any, where: str, notes: Notes) -> Decimal | None:
        number = self.number(value, where, notes)
        if number is None:
            return None
        kept = numbers.rounded(number) if abs(number) < 1000 else number
        if not 0 < kept <= 100:
            notes.error(where, "percent")
            return None
        if kept != number:
            notes.warn(where, "number_rounded", kept=kept)
        return kept

    def from_text(self, text: str) -> Decimal:
        return numbers.parse_percent(text)

    def schema(self) -> dict[str, Any]:
        return {"type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 100}


@dataclass(frozen=True)
class Integer(Number):
    low: int = 0
    high: int = 0
    year: bool = False

    def parse(self, value: Any, where: str, notes: Notes) -> int | None:  # type: ignore[override]
        number = self.number(value, where, notes)
        if number is None:
            return None
        if number != number.to_integral_value() or abs(number) > 10**9:
            notes.error(where, "integer", value=value)
            return None
        if not self.low <= number <= self.high:
            notes.error(where, "number_range", low=self.low, high=self.high)
            return None
        return int(number)

    def from_text(self, text: str) -> Decimal:
        if self.year:
            try:
                return Decimal(dates.parse_date(text)[:4])
            except ValueError:
                raise numbers.NotANumber from None
        return numbers.parse_number(re.sub(r"(?i)^(niveau|level)\s+", "", text))

    def schema(self) -> dict[str, Any]:
        return {"type": ["integer", "null"], "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Boolean(Kind):
    blank: Any = field(default=None, init=False)

    def parse(self, value: Any, where: str, notes: Notes) -> bool | None:
        if isinstance(value, bool):
            return value
        word = fold(str(value)) if isinstance(value, str | int | Decimal) else ""
        if isinstance(value, str) and numbers.is_placeholder(value):
            notes.warn(where, "placeholder", value=value)
            return None
        if word in words.TRUE | words.FALSE:
            kept = word in words.TRUE
            notes.warn(where, "choice_mended", value=value, kept="true" if kept else "false")
            return kept
        notes.error(where, "boolean")
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": ["boolean", "null"]}


@dataclass(frozen=True)
class PartialDate(Kind):
    def parse(self, value: Any, where: str, notes: Notes) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            notes.wrong_type(where, "date", value)
            return ""
        if isinstance(value, Decimal) and value == value.to_integral_value() and value < 10**6:
            value = int(value)  # 2015.0, as spreadsheets write it
        text = clean(str(value))[0]
        if not text or numbers.is_placeholder(text):
            notes.warn(where, "placeholder", value=value)
            return ""
        try:
            kept = dates.parse_date(text)
        except ValueError:
            notes.error(where, "date", value=value)
            return ""
        if kept != value:
            notes.warn(where, "date_mended", value=value, kept=kept)
        return kept

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}


@dataclass(frozen=True)
class WebAddress(Text):
    limit: int = 500

    def parse(self, value: Any, where: str, notes: Notes) -> str:
        text = super().parse(value, where, notes)
        if not text:
            return ""
        if numbers.is_placeholder(text):
            notes.warn(where, "placeholder", value=value)
            return ""
        for address in (text, f"https://{text}"):
            if address != text and (":" in text.split("/")[0] or "." not in text.split("/")[0]):
                break
            try:
                is_web_address(address)
            except ValidationError:
                continue
            if address != text:
                notes.warn(where, "url_mended", kept=address)
            return address
        notes.error(where, "url", value=text)
        return ""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "uri", "maxLength": self.limit, "pattern": "^https?://"}


@dataclass(frozen=True)
class Words(Kind):
    """A list of texts. A single text is cut at commas (``cut``) or at line ends."""

    limit: int = 200
    cut: bool = False
    item_block: bool = False

    def empty(self) -> list[str]:
        return []

    def parse(self, value: Any, where: str, notes: Notes) -> list[str]:
        if isinstance(value, str):
            value = self.split(value, where, notes)
        if not isinstance(value, list):
            notes.wrong_type(where, "list", value)
            return []
        if len(value) > ITEMS:
            notes.error(where, "too_many", length=len(value), limit=ITEMS)
            return []
        item = Text(limit=self.limit, block=self.item_block)
        read = (self.item(item, part, f"{where}[{n}]", notes) for n, part in enumerate(value))
        return list(dict.fromkeys(text for text in read if text)) if self.cut else [t for t in read if t]

    def item(self, kind: Text, value: Any, where: str, notes: Notes) -> str:
        return kind.read(value, where, notes)

    def split(self, value: str, where: str, notes: Notes) -> list[str]:
        parts = re.split(r"[,;|\n]" if self.cut else r"\n", value)
        parts = [part for part in parts if part.strip()]
        if parts:
            notes.warn(where, "split" if len(parts) > 1 else "wrapped")
        return parts

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": self.limit},
            "maxItems": ITEMS,
        }


@dataclass(frozen=True)
class Places(Words):
    """Territories by kind and code; ``{"kind": …, "code": …}`` is taken too."""

    def item(self, kind: Text, value: Any, where: str, notes: Notes) -> str:
        if isinstance(value, dict) and {"kind", "code"} <= set(value) and all(
            isinstance(value[key], str) for key in ("kind", "code")
        ):
            kept = f"{value['kind']}:{value['code']}"
            notes.warn(where, "territory_mended", value=kept, kept=kept)
            value = kept
        return super().item(kind, value, where, notes)

    def schema(self) -> dict[str, Any]:
        return super().schema() | {
            "items": {"type": "string", "maxLength": self.limit},
            "examples": [["commune:38185", "epci:200040715", "department:38", "region:84"]],
        }


Check = Callable[[dict[str, Any], str, Notes], None]


@dataclass(frozen=True)
class Record(Kind):
    """An object of named fields. ``shorthand``: the field that a lone text stands for.

    What the bank cannot use is kept under the key "" of the result, to be given back.
    """

    fields: dict[str, Kind] = field(default_factory=dict)
    shorthand: str = ""
    check: Check | None = None

    def empty(self) -> dict[str, Any]:
        return {}

    def parse(self, value: Any, where: str, notes: Notes) -> dict[str, Any]:
        if isinstance(value, str) and self.shorthand:
            if not value.strip():
                return {}
            notes.warn(f"{where}.{self.shorthand}", "wrapped")
            value = {self.shorthand: value}
        if not isinstance(value, dict):
            notes.wrong_type(where, "object", value)
            return {}
        known, aside = known_keys(value, self.fields, where, notes)
        if not aside and all(item in ("", None, [], {}) for item in known.values()):
            return {}
        read: dict[str, Any] = {}
        for name, kind in self.fields.items():
            item = kind.read(known.get(name), f"{where}.{name}", notes)
            if isinstance(item, Aside):
                aside[name], item = item.raw, str(item)
            read[name] = item
        if self.check is not None:
            self.check(read, where, notes)
        return read | {"": aside} if aside else read

    def schema(self) -> dict[str, Any]:
        required = [name for name, kind in self.fields.items() if kind.required]
        return {
            "type": "object",
            "properties": {name: described(kind) for name, kind in self.fields.items()},
        } | ({"required": required} if required else {})


@dataclass(frozen=True)
class Records(Kind):
    """A list of objects; a lone object becomes a list."""

    record: Record = field(default_factory=Record)

    def empty(self) -> list[dict[str, Any]]:
        return []

    def parse(self, value: Any, where: str, notes: Notes) -> list[dict[str, Any]]:
        if isinstance(value, dict):
            notes.warn(where, "wrapped")
            value = [value]
        if not isinstance(value, list):
            notes.wrong_type(where, "list", value)
            return []
        if len(value) > ITEMS:
            notes.error(where, "too_many", length=len(value), limit=ITEMS)
            return []
        for n, item in enumerate(value):
            if item is False or item == 0:
                notes.wrong_type(f"{where}[{n}]", "object", item)
        read = (self.record.parse(x, f"{where}[{n}]", notes) for n, x in enumerate(value) if x)
        return [row for row in read if row]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.record.schema(), "maxItems": ITEMS}


def described(kind: Kind) -> dict[str, Any]:
    """The schema of a field with its title and description, in the active language."""
    texts = {"title": str(kind.label), "description": str(kind.help)}
    return {key: text for key, text in texts.items() if text} | kind.schema()


def known_keys(
    value: dict[str, Any], fields: Iterable[str], where: str, notes: Notes
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The object's values by known name, and what no field is named after.

    « Title » or « What failed » are understood; an exact name wins over such a one.
    """
    names = set(fields)
    known: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    for key, item in value.items():
        if key in names:
            known[key] = item
    for key, item in value.items():
        if key in names:
            continue
        place = f"{where}.{key}" if where else key
        name = fold(key).replace(" ", "_")
        if name in names and name not in known:
            notes.warn(place, "key_mended", value=name)
            known[name] = item
        else:
            notes.warn(place, "key_unknown")
            unknown[key] = item
    return known, unknown
