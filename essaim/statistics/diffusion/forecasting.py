"""From a series to a forecast: refused where it would mislead, with intervals elsewhere."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np
from django.utils.translation import gettext as _

from essaim.statistics.diffusion import fitting
from essaim.statistics.diffusion.curves import Form, share, when
from essaim.statistics.diffusion.fitting import Fit
from essaim.statistics.diffusion.series import FEW, FEWEST_FIXED, FEWEST_FREE, Series
from essaim.statistics.notices import Notice, Refused, number

Bootstrap = Literal["residual", "parametric"]
BOOTSTRAPS: tuple[Bootstrap, ...] = ("residual", "parametric")
DRAWS = 400
SEED = 2015
LEVEL = 0.95
AHEAD = 10  # periods drawn after the last one
SHARES = (0.5, 0.9, 0.95, 0.99)
Interval = tuple[float, float]


@dataclass(frozen=True)
class Point:
    """One period: what was seen, what the curve says, and all so far, with its interval."""

    t: float
    observed: float | None
    fitted: float
    cumulative: float
    cumulative_low: float
    cumulative_high: float


@dataclass(frozen=True)
class Forecast:
    """``peak_time`` and ``reached`` are in units of t; ``peak`` in adoptions per period.

    ``ci``: 95 % bootstrap percentiles of p, q, m, peak_time and peak; ``reached``: for each share
    of the market, when (low, central, high).
    """

    form: Form
    market: str  # "fixed" or "free"
    p: float
    q: float
    m: float
    ci: dict[str, Interval]
    peak_time: float
    peak: float
    rmse: float
    r2: float | None
    n: int
    adopted: float
    step: float
    launch: float
    last: float
    points: tuple[Point, ...]
    reached: dict[str, tuple[float, float, float]]
    bootstrap: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[Notice, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Everything, fit for a JSON column; ``from_dict`` reads it back."""
        return {**asdict(self), "warnings": [notice.to_dict() for notice in self.warnings]}

    def to_json(self) -> dict[str, Any]:
        """As ``essaim forecast`` prints it: warnings are sentences of the current language."""
        return {**self.to_dict(), "warnings": [str(notice) for notice in self.warnings]}

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Forecast:
        values = dict(record)
        values["points"] = tuple(Point(**point) for point in values["points"])
        values["warnings"] = tuple(Notice.from_dict(notice) for notice in values["warnings"])
        return cls(**values)


def forecast(
    series: Series,
    *,
    market: float | None = None,
    form: Form = "interval",
    bootstrap: Bootstrap = "residual",
    draws: int = DRAWS,
    seed: int = SEED,
    ahead: int = AHEAD,
) -> Forecast:
    """Raises Refused: too short, market below what was adopted, before the inflection with a
    free market.
    """
    _refuse_short(series, market)
    _refuse_market(series, market)
    t = np.array(series.periods)
    y = np.array(series.adoptions)
    if market is None and y.argmax() == len(y) - 1:
        raise before_inflection()
    fit = fitting.best(t, y, form, market)
    if market is None and fit.peak[0] > t[-1]:
        raise before_inflection()
    drawn = _drawn(t, y, fit, form, market, bootstrap=bootstrap, draws=draws, seed=seed)
    return _told(
        series, fit, drawn, form=form, market=market, ahead=ahead,
        bootstrap=bootstrap, draws=draws, seed=seed,
    )  # fmt: skip


def before_inflection() -> Refused:
    return Refused(
        "before_inflection",
        _(
            "Les reprises n’ont pas encore passé leur sommet : tant qu’elles accélèrent, la courbe ne "
            "dit pas où elle s’arrêtera. Donnez la taille du marché (le besoin), ou attendez."
        ),
    )


def _refuse_short(series: Series, market: float | None) -> None:
    least = FEWEST_FREE if market is None else FEWEST_FIXED
    if len(series.t) >= least:
        return
    if market is not None:
        raise Refused(
            "too_short",
            _("%(n)s période(s) seulement : il en faut au moins %(least)s pour tracer une courbe.")
            % {"n": len(series.t), "least": least},
        )
    raise Refused(
        "too_short",
        _(
            "%(n)s période(s) seulement : il en faut au moins %(least)s pour tracer une courbe "
            "(%(fixed)s si la taille du marché est donnée)."
        )
        % {"n": len(series.t), "least": least, "fixed": FEWEST_FIXED},
    )


def _refuse_market(series: Series, market: float | None) -> None:
    if market is None:
        return
    if not math.isfinite(market) or market <= 0:
        raise Refused("market", _("La taille du marché est un nombre plus grand que zéro."))
    if market < series.total:
        raise Refused(
            "market_below",
            _(
                "Le marché donné (%(market)s) est plus petit que ce qui est déjà repris (%(total)s) : "
                "vérifiez l’un et l’autre."
            )
            % {"market": number(market, 0), "total": number(series.total, 0)},
        )


def _drawn(
    t: np.ndarray,
    y: np.ndarray,
    fit: Fit,
    form: Form,
    market: float | None,
    *,
    bootstrap: Bootstrap,
    draws: int,
    seed: int,
) -> list[Fit]:
    """The fit of each series that could as well have been observed.

    ``residual``: the curve and its own residuals, drawn again and inflated by √(n/(n−k)).
    ``parametric``: normal, variance in proportion to the curve (over-dispersed counts).
    """
    generator = np.random.default_rng(seed)
    fitted = fit.adoptions(t, form)
    freedom = max(1, len(y) - (2 if market is not None else 3))
    residuals = y - fitted
    spread = (residuals - residuals.mean()) * math.sqrt(len(y) / freedom)
    dispersion = float((residuals**2 / np.maximum(fitted, 1e-9)).sum()) / freedom
    found = []
    for _draw in range(draws):
        if bootstrap == "residual":
            again = fitted + generator.choice(spread, size=len(y))
        else:
            again = generator.normal(fitted, np.sqrt(dispersion * fitted))
        again = np.maximum(again, 0.0)
        if not again.any() or (market is not None and again.sum() > market):
            continue
        start = (fit.p, fit.q, fit.m)
        found.append(fitting.refined(t, again, form, market, start=start, tolerance=1e-6))
    return found


def _interval(values: list[float], centre: float) -> Interval:
    if not values:
        return (centre, centre)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return (min(float(low), centre), max(float(high), centre))


def _told(
    series: Series,
    fit: Fit,
    drawn: list[Fit],
    *,
    form: Form,
    market: float | None,
    ahead: int,
    bootstrap: Bootstrap,
    draws: int,
    seed: int,
) -> Forecast:
    y, t = np.array(series.adoptions), np.array(series.periods)
    peak_at, peak = fit.peak
    ci = {
        name: _interval([getattr(other, name) for other in drawn], getattr(fit, name))
        for name in ("p", "q", "m")
    }
    if market is not None:
        ci["m"] = (market, market)
    peaks = [other.peak for other in drawn]
    low, high = _interval([at for at, _height in peaks], peak_at)
    ci["peak_time"] = (series.at(low), series.at(high))
    ci["peak"] = _interval([height for _at, height in peaks], peak)
    reached = {}
    for part in SHARES:
        low, high = _interval([when(part, o.p, o.q) for o in drawn], when(part, fit.p, fit.q))
        reached[f"{part:g}"] = (
            series.at(low), series.at(when(part, fit.p, fit.q)), series.at(high)
        )  # fmt: skip
    spread = float(((y - y.mean()) ** 2).sum())
    found = Forecast(
        form=form,
        market="free" if market is None else "fixed",
        p=fit.p,
        q=fit.q,
        m=fit.m,
        ci=ci,
        peak_time=series.at(peak_at),
        peak=peak,
        rmse=math.sqrt(fit.sse / len(y)),
        r2=1 - fit.sse / spread if spread > 0 else None,
        n=len(y),
        adopted=series.total,
        step=series.step,
        launch=series.launch,
        last=series.t[-1],
        points=_points(series, fit, drawn, form, ahead),
        reached=reached,
        bootstrap={
            "method": bootstrap, "draws": draws, "kept": len(drawn), "seed": seed, "level": LEVEL
        },
    )  # fmt: skip
    notices = (
        *series.notices,
        *_notices(
            found,
            peak_at,
            float(t[-1]),
            draws=draws,
            kept=len(drawn),
            complete=len(y) == round(t[-1]),
        ),
    )
    return Forecast(**{**found.__dict__, "warnings": notices})


def _points(
    series: Series, fit: Fit, drawn: list[Fit], form: Form, ahead: int
) -> tuple[Point, ...]:
    observed = dict(zip(series.periods, series.adoptions, strict=True))
    written = dict(zip(series.periods, series.t, strict=True))
    last = round(series.periods[-1])
    first = min(1, math.floor(series.periods[0]))
    found = []
    for period in range(first, last + ahead + 1):
        at = np.array([float(period)])
        total = fit.m * float(share(at, fit.p, fit.q)[0])
        low, high = _interval([o.m * float(share(at, o.p, o.q)[0]) for o in drawn], total)
        found.append(
            Point(
                t=written.get(float(period), series.at(period)),
                observed=observed.get(float(period)),
                fitted=float(fit.adoptions(at, form)[0]),
                cumulative=total,
                cumulative_low=low,
                cumulative_high=high,
            )
        )
    return tuple(found)


def _notices(
    found: Forecast, peak_at: float, last: float, *, draws: int, kept: int, complete: bool
) -> list[Notice]:
    notices = []
    if found.n < FEW:
        notices.append(Notice("few_periods", {"count": found.n}))
    if found.q <= found.p:
        notices.append(Notice("no_imitation"))
    if found.market == "fixed" and peak_at > last:
        notices.append(Notice("peak_ahead"))
    if found.market == "free" and found.ci["m"][1] > 2 * found.ci["m"][0]:
        notices.append(Notice("market_unsure"))
    if (
        found.p <= fitting.LEAST_P * 1.01
        or found.q >= fitting.MOST_Q * 0.99
        or found.p >= fitting.MOST_P * 0.99
        or (found.market == "free" and found.m >= fitting.MOST_MARKET * found.adopted * 0.99)
    ):
        notices.append(Notice("at_a_bound"))
    if found.market == "free" and found.m <= found.adopted * 1.001:
        notices.append(Notice("market_filled"))
    now = found.m * float(share(last, found.p, found.q))
    if complete and abs(now - found.adopted) > 0.15 * found.adopted:
        notices.append(Notice("off_by_now", {"curve": round(now), "adopted": round(found.adopted)}))
    if found.r2 is not None and found.r2 < 0.5:
        notices.append(Notice("poor_fit", {"value": 100 * max(0.0, found.r2)}))
    if draws and kept < 0.9 * draws:
        notices.append(Notice("draws_left_out", {"kept": kept, "draws": draws}))
    return notices
