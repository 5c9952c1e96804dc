"""What every analysis shares: moments, the correction J, intervals, regressions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from essaim.statistics.notices import Notice, Refused
from essaim.statistics.results import CONTROL, TREATED, Effect, finite
from essaim.statistics.samples import Sample

LEVEL = 0.95
FEW_CLUSTERS = 40  # below, cluster-robust errors tend to be too small (Cameron & Miller 2015)
SMALL_GROUP = 20
# A spread below this share of the values is rounding, not variation.
ROUNDING = 1e-12
NO_SPREAD = 1e-8  # an error below this share of the residuals is rounding too


def hedges_j(df: float) -> float:
    """Exact small-sample correction J(ν) = Γ(ν/2) / (√(ν/2)·Γ((ν−1)/2)) (Hedges 1981).

    ``df`` > 1; at 1 the correction is 0 by its limit and no effect can be given.
    """
    from scipy.special import gammaln

    return float(math.exp(gammaln(df / 2) - gammaln((df - 1) / 2) - 0.5 * math.log(df / 2)))


def z_quantile(level: float = LEVEL) -> float:
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2))


def t_quantile(df: float, level: float = LEVEL) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.5 + level / 2))


def t_p_value(statistic: float, df: float) -> float:
    """Two-sided."""
    from scipy.special import stdtr

    return float(2 * stdtr(df, -abs(statistic)))


def normal_effect(name: str, value: float, variance: float) -> Effect:
    """value ± z·√variance, as metafor does by default for effect sizes."""
    se = math.sqrt(variance)
    half = z_quantile() * se
    return Effect(name, value, se, value - half, value + half, "normal", None, LEVEL)


def t_effect(name: str, value: float, se: float, df: float) -> Effect:
    half = t_quantile(df) * se
    return Effect(name, value, se, value - half, value + half, "t", df, LEVEL)


@dataclass(frozen=True)
class Moments:
    """Of one measure in one group: number, mean, standard deviation (n − 1)."""

    n: int
    mean: float
    sd: float


def moments(values: Any) -> Moments:
    n = len(values)
    mean = float(values.mean())
    sd = float(values.std(ddof=1)) if n > 1 else 0.0
    largest = float(abs(values).max()) if n else 0.0
    return Moments(n, mean, 0.0 if sd <= ROUNDING * largest else sd)


def pooled_sd(one: Moments, other: Moments) -> float:
    df = one.n + other.n - 2
    return math.sqrt(((one.n - 1) * one.sd**2 + (other.n - 1) * other.sd**2) / df)


def two_groups(sample: Sample) -> Any:
    """The mask of the treated, once both groups are known to hold at least two units."""
    treated = sample.treated
    counts = {TREATED: int(treated.sum()), CONTROL: int((~treated).sum())}
    if counts[CONTROL] == 0:
        raise Refused(
            "no_control",
            _(
                "Aucune unité témoin : sans groupe de comparaison, ce plan ne peut pas être analysé. "
                "Le plan avant/après (paired) décrit une évolution, sans en montrer la cause."
            ),
        )
    if counts[TREATED] == 0:
        raise Refused("no_treated", _("Aucune unité n’a bénéficié de l’action (« treated »)."))
    if min(counts.values()) < 2:
        raise Refused(
            "group_of_one",
            _(
                "Il faut au moins deux unités complètes par groupe (ici %(treated)s et %(control)s) : "
                "avec une seule, la dispersion est inconnue."
            )
            % counts,
        )
    return treated


def no_variation(what: str) -> Refused:
    return Refused(
        "no_variation",
        _(
            "Toutes les valeurs sont égales à l’intérieur des groupes (%(what)s) : "
            "sans dispersion, ni effet standardisé ni incertitude ne peuvent être calculés."
        )
        % {"what": what},
    )


def by_group(sample: Sample) -> tuple[dict[str, int], dict[str, Any], dict[str, Any]]:
    """n, means and standard deviations as a Result holds them."""
    n: dict[str, int] = {}
    means: dict[str, Any] = {}
    sds: dict[str, Any] = {}
    for name, mask in ((TREATED, sample.treated), (CONTROL, ~sample.treated)):
        if not mask.any():
            continue
        n[name] = int(mask.sum())
        measures = {"post": sample.post[mask]}
        if sample.pre is not None:
            measures["pre"] = sample.pre[mask]
            measures["gain"] = measures["post"] - measures["pre"]
        means[name], sds[name] = finite_moments(measures)
    return n, means, sds


def finite_moments(
    measures: dict[str, Any],
) -> tuple[dict[str, float | None], dict[str, float | None]]:
    """Means and standard deviations by name."""
    found = {key: moments(values) for key, values in measures.items()}
    return (
        {key: finite(m.mean) for key, m in found.items()},
        {key: finite(m.sd) if m.n > 1 else None for key, m in found.items()},
    )


# --- Regression --------------------------------------------------------------------------
@dataclass(frozen=True)
class Coefficient:
    value: float
    se: float
    df: float

    @property
    def p_value(self) -> float:
        return t_p_value(self.value / self.se, self.df)

    def effect(self, name: str) -> Effect:
        return t_effect(name, self.value, self.se, self.df)


def regress(
    outcome: Any, columns: list[Any], *, cluster: Any = None, which: int = 1
) -> Coefficient:
    """Ordinary least squares of outcome on an intercept and columns; coefficient ``which``.

    With ``cluster``: cluster-robust errors, CR1 as Stata (G/(G−1)·(N−1)/(N−K)), t with G − 1
    degrees of freedom. Raises Refused when the columns are collinear or nothing varies.
    """
    import warnings

    import numpy as np
    from statsmodels.regression.linear_model import OLS
    from statsmodels.tools.sm_exceptions import SingularMatrixWarning

    design = np.column_stack([np.ones(len(outcome)), *columns])
    if len(outcome) <= design.shape[1]:
        raise Refused("too_few", _("Trop peu d’unités pour ce modèle."))
    # Columns of very different sizes would look collinear: each is brought to a size of one.
    scale = np.maximum(np.abs(design).max(axis=0), np.finfo(float).tiny)
    with warnings.catch_warnings():
        warnings.simplefilter("error", SingularMatrixWarning)
        try:
            model = OLS(outcome, design / scale)
            if cluster is None:
                fit = model.fit()
                df = float(fit.df_resid)
            else:
                fit = model.fit(
                    cov_type="cluster",
                    cov_kwds={"groups": cluster, "use_correction": True},
                    use_t=True,
                )
                df = float(len(np.unique(cluster)) - 1)
        except SingularMatrixWarning:
            raise Refused(
                "collinear",
                _(
                    "Le groupe et les autres variables disent la même chose : "
                    "leurs effets ne peuvent pas être séparés."
                ),
            ) from None
    residual = math.sqrt(float(fit.ssr) / len(outcome))
    if not residual > ROUNDING * float(np.abs(outcome).max(initial=0.0)):
        raise no_variation(_("résidus du modèle"))
    variance = float(fit.cov_params()[which, which])
    # Clusters whose residuals add up to nothing leave rounding, sometimes below zero.
    if not variance > (NO_SPREAD * residual) ** 2:
        raise no_variation(_("entre grappes"))
    return Coefficient(
        float(fit.params[which]) / scale[which], math.sqrt(variance) / scale[which], df
    )


def difference_of_means(one: Any, other: Any, name: str) -> tuple[Effect, float]:
    """Welch: difference of two independent means with its t interval, and its p-value."""
    a, b = moments(one), moments(other)
    return welch(a, b, name)


def welch(a: Moments, b: Moments, name: str) -> tuple[Effect, float]:
    """Welch's t from summaries; both sds zero is refused."""
    va, vb = a.sd**2 / a.n, b.sd**2 / b.n
    if va + vb == 0:
        raise no_variation(_("dans les deux groupes"))
    # Ratios, not squares of variances: very small units would underflow.
    share = va / (va + vb)
    df = 1 / (share**2 / (a.n - 1) + (1 - share) ** 2 / (b.n - 1))
    se = math.sqrt(va + vb)
    value = a.mean - b.mean
    return t_effect(name, value, se, df), t_p_value(value / se, df)


def clustered_difference(values: Any, sample: Sample, name: str) -> tuple[Effect, float]:
    """Difference of means with cluster-robust errors."""
    found = regress(values, [sample.treated.astype(float)], cluster=sample.cluster)
    return found.effect(name), found.p_value


# --- Clusters ----------------------------------------------------------------------------
def clusters_of(sample: Sample) -> tuple[dict[str, int], list[Notice]]:
    """Clusters by group, with warnings; raises Refused with fewer than two in a group."""
    import numpy as np

    if sample.cluster is None:
        return {}, []
    counts = {
        name: len(np.unique(sample.cluster[mask]))
        for name, mask in ((TREATED, sample.treated), (CONTROL, ~sample.treated))
        if mask.any()
    }
    if min(counts.values()) < 2:
        raise Refused(
            "one_cluster",
            _(
                "Un groupe n’a qu’une seule grappe (classe, établissement…) : l’effet de l’action "
                "ne peut pas être distingué de ce qui est propre à cette grappe."
            ),
        )
    total = len(np.unique(sample.cluster))
    notices = []
    if total < FEW_CLUSTERS:
        notices.append(Notice("few_clusters", {"count": total}))
    return counts, notices


def size_notices(n: dict[str, int]) -> list[Notice]:
    smallest = min(n.values())
    return [Notice("small_groups", {"count": smallest})] if smallest < SMALL_GROUP else []
