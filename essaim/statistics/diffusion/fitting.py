"""p, q and m by nonlinear least squares (Srinivasan & Mason 1986).

For given p and q the best m is a ratio of sums, so that a grid of p and q is searched whole; its
best cells are refined with bounds. Same data, same answer: no start is drawn by lot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from essaim.statistics.diffusion.curves import Form, peak_of, per_period

LEAST_P, MOST_P = 1e-7, 1.0
LEAST_Q, MOST_Q = 1e-6, 3.0
MOST_MARKET = 1_000.0  # times what was adopted: beyond, the market isn't found, it is invented
STARTS = 4


@dataclass(frozen=True)
class Fit:
    p: float
    q: float
    m: float
    sse: float

    @property
    def peak(self) -> tuple[float, float]:
        return peak_of(self.p, self.q, self.m)

    def adoptions(self, t: np.ndarray, form: Form) -> np.ndarray:
        return self.m * per_period(t, self.p, self.q, form)


def best(t: np.ndarray, y: np.ndarray, form: Form, market: float | None) -> Fit:
    """The least squares over the whole grid."""
    starts = _starts(t, y, form, market)
    fits = [refined(t, y, form, market, start=start) for start in starts]
    return min(fits, key=lambda fit: fit.sse)


def _starts(
    t: np.ndarray, y: np.ndarray, form: Form, market: float | None
) -> list[tuple[float, float, float]]:
    total = float(y.sum())
    found = []
    for p in np.geomspace(1e-6, 0.6, 24):
        for q in np.geomspace(1e-3, 2.0, 24):
            shares = per_period(t, p, q, form)
            m = market or _market(shares, y, total)
            found.append((float(((m * shares - y) ** 2).sum()), float(p), float(q), m))
    found.sort()
    return [(p, q, m) for _sse, p, q, m in found[:STARTS]]


def _market(shares: np.ndarray, y: np.ndarray, total: float) -> float:
    weight = float((shares * shares).sum())
    held = float((shares * y).sum()) / weight if weight > 0 else total
    return min(max(held, total), MOST_MARKET * total)


def refined(
    t: np.ndarray,
    y: np.ndarray,
    form: Form,
    market: float | None,
    *,
    start: tuple[float, float, float],
    tolerance: float = 1e-10,
) -> Fit:
    from scipy.optimize import least_squares

    scale = float(y.max()) or 1.0
    total = float(y.sum()) or 1.0

    def unpack(x: np.ndarray) -> tuple[float, float, float]:
        p, q = float(np.exp(x[0])), float(np.exp(x[1]))
        return p, q, market if market is not None else float(np.exp(x[2]))

    def residuals(x: np.ndarray) -> np.ndarray:
        p, q, m = unpack(x)
        return (m * per_period(t, p, q, form) - y) / scale

    low = [np.log(LEAST_P), np.log(LEAST_Q)]
    high = [np.log(MOST_P), np.log(MOST_Q)]
    x0 = [np.log(start[0]), np.log(start[1])]
    if market is None:
        low.append(np.log(total))
        high.append(np.log(MOST_MARKET * total))
        x0.append(np.log(start[2]))
    within = np.clip(x0, np.array(low) + 1e-9, np.array(high) - 1e-9)
    solved = least_squares(
        residuals, within, bounds=(low, high), xtol=tolerance, ftol=tolerance, max_nfev=200
    )
    p, q, m = unpack(solved.x)
    return Fit(p, q, m, 2 * float(solved.cost) * scale * scale)
