from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format

from essaim.common.templatetags.essaim import amount

register = template.Library()


@register.filter
def cell(value: Any) -> str:
    """Numbers and days in the reader's language, texts as they are."""
    if isinstance(value, (int, Decimal)):
        return amount(value)
    if isinstance(value, str) and len(value) == 10 and value[4:5] == "-":
        day = parse_date(value)
        return date_format(day, "SHORT_DATE_FORMAT") if day else value
    return "–" if value is None else str(value)


@register.filter
def sites(value: float | None) -> str:
    """A number of sites that a curve gives: whole from ten on, a decimal below."""
    if value is None:
        return "–"
    places = 0 if abs(value) >= 10 else 1
    return number_format(round(value, places), decimal_pos=places, force_grouping=True)
