"""How many units, and what can be seen with them: two groups of equal size, two-sided t test."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from essaim.statistics.effects.core import t_quantile
from essaim.statistics.notices import Notice, Refused

ALPHA = 0.05
TARGET = 0.8
LARGEST_N = 1e12
FEWEST_CLUSTERS = 2.0  # per group


def design_effect(cluster_size: float = 1, icc: float = 0) -> float:
    """DEFF = 1 + (m − 1)·ICC, m units a cluster, ICC between 0 and 1."""
    if not (math.isfinite(cluster_size) and cluster_size >= 1):
        raise Refused("cluster_size", _("La taille des grappes est un nombre d’au moins 1."))
    if not 0 <= icc <= 1:
        raise Refused("icc", _("La corrélation intra-grappe (icc) est entre 0 et 1."))
    return 1 + (cluster_size - 1) * icc


def degrees(n: float, cluster_size: float = 1, icc: float = 0) -> float:
    """Degrees of freedom: units less two; clusters less two as soon as units resemble each other.

    (Donner & Klar 2000; Bloom 2005: with few clusters, t on individuals would promise too much.)
    """
    return 2 * n / cluster_size - 2 if icc > 0 else 2 * n - 2


def _check(n: float, cluster_size: float, icc: float) -> None:
    if not (math.isfinite(n) and 2 <= n <= LARGEST_N):
        raise Refused("n", _("Il faut au moins deux unités par groupe."))
    if degrees(n, cluster_size, icc) < 1:
        raise Refused(
            "few_clusters",
            _(
                "Avec %(n)s unités par groupe en grappes de %(size)s, il n’y a pas deux grappes par "
                "groupe : l’effet ne se distinguerait pas de ce qui est propre à une grappe."
            )
            % {"n": f"{n:g}", "size": f"{cluster_size:g}"},
        )


def power(
    d: float,
    n: float,
    cluster_size: float = 1,
    icc: float = 0,
    *,
    alpha: float = ALPHA,
    r2: float = 0,
) -> float:
    """Probability that the test sees an effect of ``d`` standard deviations, if it exists.

    ``n`` units per group; ``r2``: share of variance that covariates (the pre-test) explain.
    Noncentral t, both tails, non-centrality d·√(n / (2·DEFF·(1−R²))) (Cohen 1988).
    """
    if not math.isfinite(d):
        raise Refused("d", _("L’effet est un nombre fini, en écarts-types."))
    deff = design_effect(cluster_size, icc)
    _check(n, cluster_size, icc)
    _check_shares(alpha, r2)
    df = degrees(n, cluster_size, icc)
    return _noncentral(abs(d) * math.sqrt(n / (2 * deff * (1 - r2))), df, alpha)


def _check_shares(alpha: float, r2: float) -> None:
    if not 0 < alpha < 1:
        raise Refused("alpha", _("Le risque d’erreur est entre 0 et 1."))
    if not 0 <= r2 < 1:
        raise Refused("r2", _("La part de variance expliquée est entre 0 et 1 (exclu)."))


def _noncentral(nc: float, df: float, alpha: float) -> float:
    """P(|T| > t) for a noncentral t.

    Libraries give NaN for some far tails (scipy at n = 5000, d = 0.2): the lower tail is then
    nothing, and the upper one that of the normal law, which the t has reached there.
    """
    from scipy.special import nctdtr, ndtr

    limit = t_quantile(df, 1 - alpha)
    if nc == 0:
        return alpha
    if nc > 35 + limit:
        return 1.0
    upper, lower = 1 - float(nctdtr(df, nc, limit)), float(nctdtr(df, nc, -limit))
    if not math.isfinite(lower):
        lower = 0.0
    if not math.isfinite(upper):
        # Abramowitz & Stegun 26.7.10.
        upper = float(ndtr(-(limit * (1 - 1 / (4 * df)) - nc) / math.sqrt(1 + limit**2 / (2 * df))))
    return min(1.0, max(alpha / 2, upper + lower))


def smallest_effect(
    n: float,
    cluster_size: float = 1,
    icc: float = 0,
    *,
    alpha: float = ALPHA,
    target: float = TARGET,
    r2: float = 0,
) -> float:
    """Smallest detectable effect, in standard deviations, with ``n`` units per group.

    (t₁₋α/₂ + t_target)·√(DEFF·(1−R²)/(P(1−P)·2n)), P = ½ (Bloom 1995).
    """
    deff = design_effect(cluster_size, icc)
    _check(n, cluster_size, icc)
    _check_shares(alpha, r2)
    if not 0.5 <= target < 1:
        raise Refused("target", _("La puissance visée est entre 0,5 et 1 (exclu)."))
    df = degrees(n, cluster_size, icc)
    multiplier = t_quantile(df, 1 - alpha) + t_quantile(df, 2 * target - 1)
    return multiplier * math.sqrt(deff * (1 - r2) / (0.25 * 2 * n))


def smallest_effect_exact(
    n: float, cluster_size: float = 1, icc: float = 0, *, target: float = TARGET
) -> float:
    """The effect whose ``power`` is exactly the target (noncentral t)."""
    about = smallest_effect(n, cluster_size, icc, target=target)
    return _solve(lambda d: power(d, n, cluster_size, icc) - target, 0.0, about)


def sample_size(
    d: float,
    cluster_size: float = 1,
    icc: float = 0,
    *,
    alpha: float = ALPHA,
    target: float = TARGET,
    r2: float = 0,
) -> float:
    """Units per group for the target power: not rounded (round up to whole units or clusters)."""
    if not math.isfinite(d) or d == 0:
        raise Refused("d", _("Aucun nombre d’unités ne suffit à voir un effet nul."))
    if not 0.5 <= target < 1:
        raise Refused("target", _("La puissance visée est entre 0,5 et 1 (exclu)."))
    deff = design_effect(cluster_size, icc)
    _check_shares(alpha, r2)
    least = 2.0 if icc == 0 else max(2.0, 1.5 * cluster_size)

    def lacking(n: float) -> float:
        return power(d, n, cluster_size, icc, alpha=alpha, r2=r2) - target

    if lacking(least) >= 0:
        return least
    normal = 2 * deff * (1 - r2) * (2.8 / abs(d)) ** 2
    if normal > LARGEST_N / 4:
        raise Refused("d", _("Effet trop petit : aucun nombre réaliste d’unités ne suffit."))
    return _solve(lacking, least, max(2 * least, normal))


def _solve(function: Callable[[float], float], low: float, high: float) -> float:
    """Root of an increasing function, once bracketed."""
    from scipy.optimize import brentq

    while function(high) < 0:
        low, high = high, 2 * high
    return float(brentq(function, low, high, xtol=1e-10, rtol=1e-12))


@dataclass(frozen=True)
class Planned:
    """What a plan can see. ``power`` and ``n_per_group`` need an effect ``d``, ``power`` and
    ``smallest_effect`` a size ``n``; what can't be said is None.

    ``n_per_group`` is for the target power, ``n_per_group_whole`` rounded up to whole units
    (and clusters), ``clusters_per_group`` goes with it.
    """

    d: float | None
    n: float | None
    cluster_size: float
    icc: float
    design_effect: float
    alpha: float
    target: float
    power: float | None
    n_per_group: float | None
    n_per_group_whole: int | None
    clusters_per_group: int | None
    smallest_effect: float | None
    smallest_effect_exact: float | None
    warnings: tuple[Notice, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "warnings": [str(notice) for notice in self.warnings]}


def plan(
    d: float | None = None, n: float | None = None, cluster_size: float = 1, icc: float = 0,
    *, target: float = TARGET, r2: float = 0,
) -> Planned:  # fmt: skip
    """Everything a plan wants to know at once, with warnings. Raises Refused like the others."""
    deff = design_effect(cluster_size, icc)
    notices: list[Notice] = []
    strength = smallest = exact = None
    if n is not None:
        smallest = smallest_effect(n, cluster_size, icc, target=target, r2=r2)
        exact = _exact_or_none(n, cluster_size, icc, target, r2)
        if icc > 0 and cluster_size > 1 and 2 * n / cluster_size < 40:
            notices.append(Notice("few_clusters", {"count": math.floor(2 * n / cluster_size)}))
        if icc > 0 and (n / cluster_size) % 1:
            notices.append(Notice("broken_clusters"))
        if d is not None:
            strength = power(d, n, cluster_size, icc, r2=r2)
            if strength < target:
                notices.append(Notice("underpowered", {"value": round(100 * strength)}))
    if cluster_size > 1 and icc == 0:
        notices.append(Notice("no_icc"))
    needed = whole = groups = None
    if d:
        needed = sample_size(d, cluster_size, icc, target=target, r2=r2)
        groups = math.ceil(needed / cluster_size - 1e-9)
        whole = math.ceil(needed - 1e-9) if cluster_size == 1 else math.ceil(groups * cluster_size)
    elif d is not None:
        notices.append(Notice("zero_effect"))
    return Planned(
        d, n, cluster_size, icc, deff, ALPHA, target, strength, needed, whole,
        groups if cluster_size > 1 else None, smallest, exact, tuple(notices),
    )  # fmt: skip


def _exact_or_none(
    n: float, cluster_size: float, icc: float, target: float, r2: float
) -> float | None:
    return None if r2 else smallest_effect_exact(n, cluster_size, icc, target=target)
