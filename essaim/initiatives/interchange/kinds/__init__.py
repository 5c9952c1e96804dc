"""What a field of the format may hold: how it is read, mended, refused, and said in JSON Schema.

``read(value, where, notes)`` returns the canonical value (what the database would give back), or
the blank after noting an error; a line with an error is skipped, so the blank is never kept.
"""

from .base import Aside, Choice, Identifier, Kind, OpenChoice, Text
from .lists import Places, Record, Records, Words, described, known_keys
from .values import Boolean, Integer, Number, PartialDate, Percent, WebAddress

__all__ = [
    "Aside",
    "Boolean",
    "Choice",
    "Identifier",
    "Integer",
    "Kind",
    "Number",
    "OpenChoice",
    "PartialDate",
    "Percent",
    "Places",
    "Record",
    "Records",
    "Text",
    "WebAddress",
    "Words",
    "described",
    "known_keys",
]
