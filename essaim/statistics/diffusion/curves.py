"""Bass' curves (1969): who adopts by themselves (p), who follows others (q), among m at most.

Times are counted in periods since launch: the first period ends at 1.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

Form = Literal["interval", "density"]
FORMS: tuple[Form, ...] = ("interval", "density")


def share(t: Any, p: float, q: float) -> Any:
    """F(t) = (1 − e^−(p+q)t) / (1 + (q/p)·e^−(p+q)t): share of the market that has adopted."""
    decay = np.exp(-(p + q) * np.maximum(t, 0.0))
    return (1 - decay) / (1 + q / p * decay)


def rate(t: Any, p: float, q: float) -> Any:
    """f(t) = ((p+q)²/p)·e^−(p+q)t / (1 + (q/p)·e^−(p+q)t)²: share that adopts per period, at t."""
    decay = np.exp(-(p + q) * np.maximum(t, 0.0))
    return (p + q) ** 2 / p * decay / (1 + q / p * decay) ** 2


def per_period(t: Any, p: float, q: float, form: Form) -> Any:
    """Share that adopts in the period that ends at t.

    ``interval``: F(t) − F(t−1) (Srinivasan & Mason 1986). ``density``: f(t), the same by the
    derivative; it lags half a period behind, so that the two give different p and peaks.
    """
    return share(t, p, q) - share(t - 1, p, q) if form == "interval" else rate(t, p, q)


def peak_of(p: float, q: float, m: float) -> tuple[float, float]:
    """When most adopt (periods since launch) and how many per period then.

    ln(q/p)/(p+q) and m(p+q)²/4q; where nobody follows others (q ≤ p), at launch: 0 and m·p.
    """
    if q <= p:
        return 0.0, m * p
    return math.log(q / p) / (p + q), m * (p + q) ** 2 / (4 * q)


def when(share_reached: float, p: float, q: float) -> float:
    """Periods since launch until this share (0 to 1, excluded) of the market has adopted."""
    return math.log((1 + share_reached * q / p) / (1 - share_reached)) / (p + q)
