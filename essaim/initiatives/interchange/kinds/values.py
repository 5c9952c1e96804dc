"""Numbers, dates, yes and no, addresses of the web."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from essaim.common.text import fold

from ..issues import Notes
from ..mend import dates, numbers, words
from ..mend.text import clean
from .base import Kind, Text

is_web_address = URLValidator(schemes=["http", "https"])


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
