"""Several sites together: fixed and random effects, heterogeneity, prediction.

Conventions are metafor's defaults (``rma``): normal intervals, I² from the typical variance.
The prediction interval uses t with k − 2 degrees of freedom (Higgins, Thompson & Spiegelhalter
2009), which is metafor's ``predtype="Riley"``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from essaim.statistics.effects.core import LEVEL, t_quantile, z_quantile
from essaim.statistics.notices import Notice, Refused
from essaim.statistics.samples import LARGEST

Method = Literal["fixed", "dl", "reml"]
METHODS: tuple[Method, ...] = ("fixed", "dl", "reml")
FEW_SITES = 10
HETEROGENEOUS = 50.0  # percent, above which the mean hides more than it tells


@dataclass(frozen=True)
class Site:
    """One site: its effect, interval (normal), and share of the whole in percent."""

    name: str
    effect: float
    se: float
    ci_low: float
    ci_high: float
    weight: float


@dataclass(frozen=True)
class Pooled:
    """``estimate``, ``se`` and bounds in the units of the effects; ``tau2`` in their square.

    ``I2`` in percent; ``Q`` with k − 1 degrees of freedom and its ``Q_p_value``; prediction
    bounds are None with the fixed model, which supposes the same effect everywhere.
    ``hartung_knapp``: se and bounds with t and k − 1 degrees of freedom (random models only),
    safer with few sites.
    """

    method: str
    k: int
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p_value: float
    tau2: float
    I2: float
    H2: float
    Q: float
    Q_p_value: float
    prediction_low: float | None
    prediction_high: float | None
    hartung_knapp: dict[str, float] | None
    sites: tuple[Site, ...]
    level: float = LEVEL
    warnings: tuple[Notice, ...] = ()

    @property
    def conclusive(self) -> bool:
        """Whether both intervals of the mean leave out zero."""
        bounds = [(self.ci_low, self.ci_high)]
        if self.hartung_knapp:
            bounds.append((self.hartung_knapp["ci_low"], self.hartung_knapp["ci_high"]))
        return all(not low <= 0 <= high for low, high in bounds)

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "warnings": [notice.to_dict() for notice in self.warnings]}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Pooled:
        values = dict(record)
        values["sites"] = tuple(Site(**site) for site in values["sites"])
        values["warnings"] = tuple(Notice.from_dict(w) for w in values["warnings"])
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """As ``essaim combine_effects`` prints it."""
        return {**self.to_dict(), "warnings": [str(notice) for notice in self.warnings]}


def side_by_side(
    yi: Sequence[float], vi: Sequence[float], names: Sequence[str] | None = None
) -> tuple[Site, ...]:
    """Sites with their own intervals, not pooled; weights are those of the fixed model."""
    y, v = _checked(yi, vi)
    return _sites(y, v, 1 / v, names)


def combine(
    yi: Sequence[float],
    vi: Sequence[float],
    method: str = "reml",
    *,
    names: Sequence[str] | None = None,
) -> Pooled:
    """Pool the effects ``yi`` with variances ``vi`` (squared standard errors) of k sites.

    Raises Refused under three sites (they are shown side by side, ``side_by_side``), on
    unequal lengths, and on a variance that isn't a finite number above zero.
    """
    if method not in METHODS:
        raise Refused("method", _("Méthode inconnue : fixed, dl ou reml."))
    y, v = _checked(yi, vi)
    k = len(y)
    if k < 3:
        raise Refused(
            "too_few_sites",
            _(
                "Avec %(count)s site(s), rien n’est combiné : les effets sont montrés côte à côte. "
                "Il en faut au moins trois pour estimer un effet moyen et sa dispersion."
            )
            % {"count": k},
            sites=[asdict(site) for site in side_by_side(yi, vi, names)],
        )
    w = 1 / v
    q = float((w * (y - _mean(y, w)) ** 2).sum())
    typical = (k - 1) / _spare(w)
    notices: list[Notice] = []
    if method == "fixed":
        tau2 = 0.0
        i2 = 100 * max(0.0, (q - (k - 1)) / q) if q > 0 else 0.0
    else:
        tau2 = dersimonian_laird(y, v) if method == "dl" else reml(y, v)
        i2 = 100 * (tau2 / (tau2 + typical))  # in this order never above 100
    return _pooled(method, y, v, tau2=tau2, q=q, i2=i2, names=names, notices=notices)


def _pooled(
    method: str, y: Any, v: Any, *, tau2: float, q: float, i2: float,
    names: Sequence[str] | None, notices: list[Notice],
) -> Pooled:  # fmt: skip
    from scipy.special import chdtrc, ndtr

    k = len(y)
    w = 1 / (v + tau2)
    estimate, se = _mean(y, w), math.sqrt(1 / float(w.sum()))
    half = z_quantile() * se
    low = high = None
    knapp = None
    if method != "fixed":
        reach = t_quantile(k - 2) * math.sqrt(tau2 + se**2)
        low, high = estimate - reach, estimate + reach
        own = math.sqrt(float((w * (y - estimate) ** 2).sum()) / ((k - 1) * float(w.sum())))
        wide = t_quantile(k - 1) * own
        knapp = {"se": own, "ci_low": estimate - wide, "ci_high": estimate + wide}
    if k < FEW_SITES:
        notices.append(Notice("few_sites", {"count": k}))
    if i2 > HETEROGENEOUS:
        notices.append(Notice("heterogeneous", {"value": round(i2)}))
    if method == "fixed" and float(chdtrc(k - 1, q)) < 0.1:
        notices.append(Notice("fixed_but_heterogeneous"))
    return Pooled(
        method=method, k=k, estimate=estimate, se=se,
        ci_low=estimate - half, ci_high=estimate + half,
        p_value=float(2 * ndtr(-abs(estimate / se))),
        tau2=tau2, I2=i2, H2=1 / (1 - i2 / 100) if i2 < 100 else math.inf,
        Q=q, Q_p_value=float(chdtrc(k - 1, q)),
        prediction_low=low, prediction_high=high, hartung_knapp=knapp,
        sites=_sites(y, v, w, names), warnings=tuple(notices),
    )  # fmt: skip


def _checked(yi: Sequence[float], vi: Sequence[float]) -> tuple[Any, Any]:
    import numpy as np

    y, v = np.asarray(yi, dtype=float), np.asarray(vi, dtype=float)
    if y.shape != v.shape or y.ndim != 1:
        raise Refused("lengths", _("Il faut une variance par effet."))
    if not (np.all(np.isfinite(y)) and np.all(np.isfinite(v))) or not np.all(v > 0):
        raise Refused(
            "variance", _("Les effets sont des nombres finis, les variances plus grandes que zéro.")
        )
    if len(y) and (np.max(np.abs(y)) > LARGEST or np.max(v) > LARGEST or np.min(v) < 1 / LARGEST):
        raise Refused("variance", _("Effet ou variance démesurés : vérifiez les unités."))
    return y, v


def _mean(y: Any, w: Any) -> float:
    return float((w * y).sum() / w.sum())


def _sites(y: Any, v: Any, w: Any, names: Sequence[str] | None) -> tuple[Site, ...]:
    z, total = z_quantile(), float(w.sum())
    found = []
    for i, (effect, variance, weight) in enumerate(zip(y, v, w, strict=True)):
        se = math.sqrt(variance)
        name = names[i] if names else str(i + 1)
        found.append(
            Site(
                name,
                float(effect),
                se,
                float(effect - z * se),
                float(effect + z * se),
                100 * float(weight) / total,
            )
        )
    return tuple(found)


def dersimonian_laird(y: Any, v: Any) -> float:
    """τ² by the method of moments (DerSimonian & Laird 1986), zero at least."""
    w = 1 / v
    q = float((w * (y - _mean(y, w)) ** 2).sum())
    return max(0.0, (q - (len(y) - 1)) / _spare(w))


def _spare(w: Any) -> float:
    """Σw − Σw²/Σw, written as a sum of products: one site with nearly all the weight would
    otherwise leave only rounding.
    """
    import numpy as np

    held = np.sort(w)
    return 2 * float(np.cumsum(held)[:-1] @ held[1:]) / float(held.sum())


def reml(y: Any, v: Any) -> float:
    """τ² that maximises the restricted likelihood (Viechtbauer 2005), zero at least.

    The likelihood may have several summits: they are looked for on a grid of orders of magnitude
    between bounds that hold the maximum, then the highest is refined.
    """
    import numpy as np
    from scipy.optimize import minimize_scalar

    # Effects and variances are brought to a size of one: the optimiser's tolerance is absolute.
    unit = max(float(np.var(y, ddof=1)), float(np.median(v)))
    y, v = (y - float(np.mean(y))) / math.sqrt(unit), v / unit

    def minus_twice_likelihood(tau2: float) -> float:
        w = 1 / (v + tau2)
        residual = float((w * (y - _mean(y, w)) ** 2).sum())
        return float(np.log(v + tau2).sum()) + math.log(float(w.sum())) + residual

    # Beyond the spread of the effects the likelihood only falls.
    top = 10 * (float(np.ptp(y)) ** 2) + float(v.max()) + 1e-12
    grid = np.concatenate([[0.0], np.geomspace(1e-8 * top, top, 200)])
    values = [minus_twice_likelihood(float(t)) for t in grid]
    best = int(np.argmin(values))
    low, high = grid[max(0, best - 1)], grid[min(len(grid) - 1, best + 1)]
    found = minimize_scalar(
        minus_twice_likelihood, bounds=(low, high), method="bounded", options={"xatol": 1e-12}
    )
    tau2 = float(found.x)
    if minus_twice_likelihood(0.0) <= minus_twice_likelihood(tau2):
        return 0.0
    return _polish(y, v, tau2, float(low), float(high)) * unit


def _polish(y: Any, v: Any, start: float, low: float, high: float) -> float:
    """The root of the likelihood's derivative: a maximum found by values is only half as exact."""
    from scipy.optimize import brentq

    def slope(tau2: float) -> float:
        w = 1 / (v + tau2)
        spread = float((w**2 * (y - _mean(y, w)) ** 2).sum())
        return spread - float(w.sum()) + float((w**2).sum() / w.sum())

    if slope(low) > 0 > slope(high):
        return float(brentq(slope, low, high, xtol=1e-15, rtol=1e-13))
    return start
