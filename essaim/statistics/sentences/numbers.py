"""Numbers as a reader needs them: rounded to what is known, never onto zero."""

from __future__ import annotations

import math

from django.utils import formats
from django.utils.translation import gettext as _

MOST_DECIMALS = 8


def decimals_for(*values: float | None, precision: float | None = None) -> int:
    """Decimals that show two digits of the precision (a standard error), and that keep every
    value that isn't zero apart from zero.
    """
    known = [abs(v) for v in values if v is not None and v != 0]
    reference = precision or min(known, default=1.0)
    decimals = 0 if reference <= 0 else max(0, 1 - math.floor(math.log10(reference)))
    while decimals < MOST_DECIMALS and any(round(v, decimals) == 0 for v in known):
        decimals += 1
    return min(decimals, MOST_DECIMALS)


def said(value: float, decimals: int, *, sign: bool = False) -> str:
    """« −1 234,50 » in French, « −1,234.50 » in English; with a + on demand."""
    rounded = round(value, decimals)
    text = formats.number_format(abs(rounded), decimals, use_l10n=True, force_grouping=True)
    if rounded < 0:
        return f"−{text}"
    return f"+{text}" if sign and rounded > 0 else text


def with_unit(text: str, unit: str) -> str:
    return f"{text}\u00a0{unit}" if unit else text


def between(low: float, high: float, decimals: int, unit: str = "") -> str:
    """« entre −0,5 et 2,3 points »."""
    return _("entre %(low)s et %(high)s") % {
        "low": said(low, decimals),
        "high": with_unit(said(high, decimals), unit),
    }


def percent(share: float, decimals: int = 0) -> str:
    """A proportion (0 to 1) in percent."""
    return _("%(value)s\u00a0%%") % {"value": said(100 * share, decimals)}


def p_said(p_value: float) -> str:
    """« p = 0,03 », « p < 0,001 »."""
    if p_value < 0.001:
        return f"p\u00a0<\u00a0{said(0.001, 3)}"
    # Never rounded across the usual limit.
    decimals = 3 if p_value < 0.1 else 2
    if round(p_value, decimals) == 0.05 and p_value != 0.05:
        decimals = 4
    return f"p\u00a0=\u00a0{said(p_value, decimals)}"
