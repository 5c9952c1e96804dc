"""Dates as people write them, to a year, a month or a day."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

from essaim.common.fields import parse_partial_date
from essaim.common.text import fold

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "janvier janv jan january", "fevrier fevr fev february feb", "mars mar march",
            "avril avr april apr", "mai may", "juin june jun", "juillet juil july jul",
            "aout august aug", "septembre sept sep september", "octobre oct october",
            "novembre nov november", "decembre dec december",
        ],
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(
    r"^([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?(?:[T ][0-9]{1,2}:[0-9]{2}.*)?$"
)
_FRENCH = re.compile(
    r"^(?:([0-9]{1,2})[-/.])?([0-9]{1,2})[-/.]([0-9]{4})(?:[T ][0-9]{1,2}[:h][0-9]{2}.*)?$"
)
_WORDS = re.compile(r"^(?:(?:le )?([0-9]{1,2})(?:er)? )?([a-z]+) ([0-9]{4})$")
_WORDS_FIRST = re.compile(r"^([a-z]+) ([0-9]{1,2}) ([0-9]{4})$")


def parse_date(text: str) -> str:
    """« 12/06/2015 » → 2015-06-12, « juin 2015 » → 2015-06. Raises ValueError.

    Day before month, as in France; two-digit years and seasons are not guessed.
    """
    value = text.strip()
    if match := _ISO.match(value):
        year, month, day = match.groups()
    elif match := _FRENCH.match(value):
        day, month, year = match.groups()
    elif match := _WORDS.match(fold(value)):
        day, word, year = match.groups()
        month = str(_MONTHS.get(word, ""))
        if not month:
            raise ValueError(text)
    elif (match := _WORDS_FIRST.match(fold(value))) and match[1] in _MONTHS:
        word, day, year = match.groups()
        month = str(_MONTHS[word])
    else:
        raise ValueError(text)
    partial = "-".join(part.zfill(2) for part in (year, month, day) if part)
    try:
        parse_partial_date(partial)
    except ValidationError:
        raise ValueError(text) from None
    return partial
