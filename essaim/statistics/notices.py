"""What a reader of numbers must know, kept as a code and its values, said in either language.

A result may be stored and read later in another language: it holds codes, never sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import formats
from django.utils.translation import gettext

from essaim.common.errors import DomainError
from essaim.statistics.wording import NOTICES, PROBLEMS


def number(value: float | int | None, decimals: int | None = None) -> str:
    """A number as people of the current language write it; counts without decimals."""
    if value is None:
        return "–"
    if isinstance(value, int):
        return formats.number_format(value, use_l10n=True, force_grouping=True)
    text = formats.number_format(round(value, 2 if decimals is None else decimals), decimals)
    return text.replace("-", "−")


def fill(message: Any, values: Mapping[str, Any]) -> str:
    said = {
        key: number(value) if isinstance(value, (int, float)) else value
        for key, value in values.items()
    }
    return str(message) % said if said else str(message) % {}


@dataclass(frozen=True)
class Notice:
    """A warning on a result; ``str()`` gives its sentence in the current language."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return fill(NOTICES[self.code], self.values)

    def to_dict(self) -> dict[str, Any]:
        return {"code": self.code, "values": dict(self.values)}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Notice:
        return cls(record["code"], dict(record["values"]))


@dataclass(frozen=True)
class Problem:
    """A line of a file that can't be used as it is.

    ``line`` is the line of the file as a spreadsheet or editor numbers it (1 is the heading;
    0: the file as a whole); ``column`` is the heading as written in the file.
    """

    line: int
    column: str
    code: str
    value: str = ""

    @property
    def reason(self) -> str:
        return fill(PROBLEMS[self.code], {"value": self.value, "column": self.column})

    def __str__(self) -> str:
        if not self.line:
            return self.reason
        if not self.column:
            return gettext("ligne %(line)s : %(reason)s") % {
                "line": self.line,
                "reason": self.reason,
            }
        return gettext("ligne %(line)s, colonne « %(column)s » : %(reason)s") % {
            "line": self.line,
            "column": self.column,
            "reason": self.reason,
        }

    def to_dict(self) -> dict[str, Any]:
        return {"line": self.line, "column": self.column, "code": self.code, "reason": self.reason}


class Refused(DomainError):
    """The computation would mislead, or the file can't be read; ``message`` says what to do.

    ``code`` is stable (for tests and JSON), ``problems`` names the lines at fault.
    """

    def __init__(
        self, code: str, message: Any, *, problems: Iterable[Problem] = (), **details: Any
    ) -> None:
        super().__init__(message)
        self.code = code
        self.problems = tuple(problems)
        self.details = details

    def to_dict(self) -> dict[str, Any]:
        """As the commands print it."""
        return {
            "status": "refused",
            "code": self.code,
            "reason": str(self.message),
            "problems": [p.to_dict() for p in self.problems],
            **self.details,
        }
