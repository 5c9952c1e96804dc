"""Months of progress, for schooling only.

Source: Education Endowment Foundation, Teaching and Learning Toolkit, conversion table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from essaim.statistics.notices import Refused

# Largest effect, in standard deviations, for 0, 1, … 12 months.
UPPER_BOUNDS = (0.01, 0.09, 0.18, 0.26, 0.35, 0.44, 0.52, 0.61, 0.69, 0.78, 0.87, 0.95, 1.00)


@dataclass(frozen=True)
class Months:
    """``months`` of additional (negative: lost) progress; ``beyond``: the table ends there."""

    months: int
    beyond: bool


def eef(d: float) -> Months:
    """The table's months for an effect ``d``, read in hundredths as the table is written."""
    if not math.isfinite(d):
        raise Refused("d", _("L’effet est un nombre fini, en écarts-types."))
    hundredths = math.floor(abs(d) * 100 + 0.5 + 1e-9)
    bounds = [round(bound * 100) for bound in UPPER_BOUNDS]
    months = next((m for m, bound in enumerate(bounds) if hundredths <= bound), len(bounds) - 1)
    return Months(-months if d < 0 else months, hundredths > bounds[-1])
