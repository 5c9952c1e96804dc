from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()


def show_share(hundredths: int) -> str:
    """``6667`` → « 66,67 % », in the reader's language."""
    return f"{number_format(Decimal(hundredths) / 100, decimal_pos=2)}\u00a0%"


register.filter("share", show_share)
