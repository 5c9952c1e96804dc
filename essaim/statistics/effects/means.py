"""Effects on a measure: post-test, pre–post with control, gain scores, ANCOVA, before/after."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext as _

from essaim.statistics.effects.core import (
    Moments,
    by_group,
    clustered_difference,
    clusters_of,
    difference_of_means,
    hedges_j,
    moments,
    no_variation,
    normal_effect,
    pooled_sd,
    regress,
    size_notices,
    t_effect,
    t_p_value,
    two_groups,
    welch,
)
from essaim.statistics.effects.permutation import permutation_if_small
from essaim.statistics.notices import Notice, Refused
from essaim.statistics.results import CONTROL, TREATED, Effect, Result
from essaim.statistics.samples import Sample


def _standardised(
    name: str, value: float, first: float, n: int, *, df: float | None = None
) -> Effect:
    """v = first + value²/(2n), where ``first`` is the variance of the mean difference in SDs².

    With clusters (``df``) the interval uses t, else the normal law as metafor does.
    """
    variance = first + value**2 / (2 * n)
    if df is None:
        return normal_effect(name, value, variance)
    return t_effect(name, value, math.sqrt(variance), df)


def _with_pre(sample: Sample) -> Any:
    if sample.pre is None:
        raise Refused("no_pre", _("Ce plan demande une mesure avant l’action (« pre »)."))
    return sample.pre


def _correlation(one: Any, other: Any) -> float | None:
    """Pearson; None where one doesn't vary."""
    import numpy as np

    a, b = moments(one), moments(other)
    if len(one) < 3 or a.sd == 0 or b.sd == 0:
        return None
    product = float(np.mean((one - a.mean) / a.sd * ((other - b.mean) / b.sd)))
    return max(-1.0, min(1.0, product * len(one) / (len(one) - 1)))


def _within(values: Any, treated: Any) -> Any:
    """Deviations from each group's own mean."""
    import numpy as np

    return np.where(treated, values - values[treated].mean(), values - values[~treated].mean())


def posttest(sample: Sample) -> Result:
    """Hedges' g on the measure after: J·(mT − mC)/s_pooled, v = (nT+nC)/(nT·nC) + g²/(2(nT+nC)).

    Interval: normal (metafor's default for SMD). ``difference`` and ``p_value``: Welch's t in
    the units of the measure. With clusters the first term of v is (se_CR/s)², intervals use
    t with G − 1 degrees of freedom, and the p-value is the cluster-robust one.
    Source: Hedges 1981; Cooper, Hedges & Valentine; domain.md § 6.
    """
    treated = two_groups(sample)
    one, other = moments(sample.post[treated]), moments(sample.post[~treated])
    sd = pooled_sd(one, other)
    if sd == 0:
        raise no_variation(_("mesure après"))
    j = hedges_j(one.n + other.n - 2)
    g = j * (one.mean - other.mean) / sd
    total = one.n + other.n
    clusters, notices = clusters_of(sample)
    if clusters:
        difference, p_value = clustered_difference(sample.post, sample, "mean_difference")
        first = ((difference.se or 0.0) / sd) ** 2
        effect = _standardised("hedges_g", g, first, total, df=difference.df)
        test = "cluster_t"
    else:
        difference, p_value = welch(one, other, "mean_difference")
        effect = _standardised("hedges_g", g, total / (one.n * other.n), total)
        test = "welch_t"
    n, means, sds = by_group(sample)
    also = [_cohen(g / j, one.n, other.n), *_glass(one, other)]
    return Result(
        "posttest", n, means, sds, effect, difference, p_value, test,
        also=(*also, *_in_strata(sample, sample.post)),
        clusters=clusters,
        permutation=permutation_if_small(sample, sample.post),
        warnings=(
            *sample.notices, *notices, *size_notices(n), *_spread_notices(one, other),
            *_baseline_notices(sample), *_strata_notices(sample),
        ),
    )  # fmt: skip


def posttest_from_summary(one: Moments, other: Moments) -> Result:
    """The same from published numbers, means and standard deviations (n − 1)."""
    figures = (one.mean, one.sd, other.mean, other.sd)
    if min(one.n, other.n) < 2:
        raise Refused("group_of_one", _("Il faut au moins deux unités par groupe."))
    if not all(map(math.isfinite, figures)) or min(one.sd, other.sd) < 0:
        raise Refused(
            "summary", _("Donnez des moyennes finies et des écarts-types positifs ou nuls.")
        )
    sd = pooled_sd(one, other)
    if sd == 0:
        raise no_variation(_("mesure après"))
    difference, p_value = welch(one, other, "mean_difference")
    g = hedges_j(one.n + other.n - 2) * (one.mean - other.mean) / sd
    total = one.n + other.n
    n = {TREATED: one.n, CONTROL: other.n}
    return Result(
        "posttest", n,
        {TREATED: {"post": one.mean}, CONTROL: {"post": other.mean}},
        {TREATED: {"post": one.sd}, CONTROL: {"post": other.sd}},
        _standardised("hedges_g", g, total / (one.n * other.n), total),
        difference, p_value, "welch_t",
        also=tuple(_glass(one, other)),
        warnings=(*size_notices(n), *_spread_notices(one, other)),
    )  # fmt: skip


def prepost_control(sample: Sample) -> Result:
    """Morris 2008 (d_ppc2): J·(ΔT − ΔC)/s_pre,pooled, ν = nT+nC−2.

    v = 2(1−ρ)(1/nT + 1/nC) + g²/(2(nT+nC)), ρ the pre–post correlation within groups, as in
    metafor's worked analysis of Morris. ``difference`` and ``p_value``: Welch's t on gains.
    With clusters, as in ``posttest`` on gains.
    """
    treated, pre = two_groups(sample), _with_pre(sample)
    gain = sample.post - pre
    before = moments(pre[treated]), moments(pre[~treated])
    sd = pooled_sd(*before)
    if sd == 0:
        raise no_variation(_("mesure avant"))
    nt, nc = before[0].n, before[1].n
    correlation = _correlation(_within(pre, treated), _within(sample.post, treated))
    clusters, notices = clusters_of(sample)
    if clusters:
        difference, p_value = clustered_difference(gain, sample, "gain_difference")
        test = "cluster_t_gains"
    else:
        difference, p_value = difference_of_means(gain[treated], gain[~treated], "gain_difference")
        test = "welch_t_gains"
    d = (difference.value or 0.0) / sd
    g = hedges_j(nt + nc - 2) * d
    if clusters:
        first = ((difference.se or 0.0) / sd) ** 2
        effect = _standardised("morris_dppc2", g, first, nt + nc, df=difference.df)
    else:
        first = 2 * (1 - (correlation or 0.0)) * (1 / nt + 1 / nc)
        effect = _standardised("morris_dppc2", g, first, nt + nc)
    n, means, sds = by_group(sample)
    return Result(
        "prepost_control", n, means, sds, effect, difference, p_value, test,
        also=tuple(_in_strata(sample, gain)),
        clusters=clusters, correlation=correlation,
        permutation=permutation_if_small(sample, gain),
        warnings=(
            *sample.notices, *notices, *size_notices(n), *_baseline_notices(sample),
            *_strata_notices(sample),
        ),
    )  # fmt: skip


def gain(sample: Sample) -> Result:
    """Gain scores: ΔT − ΔC in the units of the measure, Welch's t (or cluster-robust).

    ``also``: the same over the pooled SD of the measure before (Morris) and after (Hedges J).
    """
    treated, pre = two_groups(sample), _with_pre(sample)
    gains = sample.post - pre
    clusters, notices = clusters_of(sample)
    if clusters:
        effect, p_value = clustered_difference(gains, sample, "gain_difference")
        test = "cluster_t_gains"
    else:
        effect, p_value = difference_of_means(gains[treated], gains[~treated], "gain_difference")
        test = "welch_t_gains"
    also: list[Effect] = []
    if moments(pre[treated]).sd or moments(pre[~treated]).sd:
        also.append(prepost_control(sample).effect)
    n, means, sds = by_group(sample)
    return Result(
        "gain", n, means, sds, effect, effect, p_value, test,
        also=(*also, *_in_strata(sample, gains)),
        clusters=clusters,
        correlation=_correlation(_within(pre, treated), _within(sample.post, treated)),
        permutation=permutation_if_small(sample, gains),
        warnings=(
            *sample.notices, *notices, *size_notices(n), *_baseline_notices(sample),
            *_strata_notices(sample),
        ),
    )  # fmt: skip


def ancova(sample: Sample) -> Result:
    """post = a + b·T + c·pre by least squares; effect = b / unadjusted pooled SD of post.

    v = (se_b/s)² + effect²/(2(nT+nC)); normal interval. ``difference`` is b in the units of
    the measure with its t interval, ``p_value`` its t test (N − 3 degrees of freedom, or
    cluster-robust with G − 1). ``also``: the effect times Hedges' J.
    """
    treated, pre = two_groups(sample), _with_pre(sample)
    one, other = moments(sample.post[treated]), moments(sample.post[~treated])
    sd = pooled_sd(one, other)
    if sd == 0:
        raise no_variation(_("mesure après"))
    if moments(pre).sd == 0:
        raise no_variation(_("mesure avant"))
    clusters, notices = clusters_of(sample)
    centred = pre - pre.mean()
    found = regress(sample.post, [treated.astype(float), centred], cluster=sample.cluster)
    total = one.n + other.n
    d = found.value / sd
    j = hedges_j(total - 2)
    df = found.df if clusters else None
    first = (found.se / sd) ** 2
    n, means, sds = by_group(sample)
    return Result(
        "ancova", n, means, sds,
        _standardised("ancova_d", d, first, total, df=df),
        found.effect("adjusted_difference"),
        found.p_value,
        "cluster_t_ancova" if clusters else "ancova_t",
        also=(_standardised("ancova_g", j * d, first, total, df=df),),
        clusters=clusters,
        correlation=_correlation(_within(pre, treated), _within(sample.post, treated)),
        warnings=(
            *sample.notices, *notices, *size_notices(n), *_baseline_notices(sample),
            *_slope_notices(sample), *_strata_notices(sample),
        ),
    )  # fmt: skip


def paired(sample: Sample) -> Result:
    """Before and after in one group: J(n−1)·mean change / SD before (metafor's SMCR).

    v = 2(1−r)/n + g²/(2n). ``difference`` and ``p_value``: paired t on the mean change.
    ``also``: the change over the SD of changes (SMCC). Shows a change, never its cause.
    """
    pre = _with_pre(sample)
    n_units = len(pre)
    if n_units < 2:
        raise Refused(
            "group_of_one",
            _("Il faut au moins deux unités mesurées avant et après (ici %(count)s).")
            % {"count": n_units},
        )
    if sample.treated is not None and not sample.treated.all():
        raise Refused("two_groups", _("Le plan avant/après ne porte que sur un groupe."))
    change = sample.post - pre
    changed, before = moments(change), moments(pre)
    if changed.sd == 0:
        raise no_variation(_("évolutions"))
    clusters, notices = clusters_of(sample)
    if clusters:
        found = _clustered_mean(change, sample.cluster)
        test = "cluster_t_paired"
    else:
        se = changed.sd / math.sqrt(n_units)
        found = t_effect("mean_change", changed.mean, se, n_units - 1)
        test = "paired_t"
    p_value = t_p_value((found.value or 0.0) / (found.se or 1.0), found.df or 1.0)
    # With two units J(1) = 0: no bias-corrected effect exists.
    j = hedges_j(n_units - 1) if n_units > 2 else 1.0
    df = found.df if clusters else None
    correlation = _correlation(pre, sample.post)
    z = changed.mean / changed.sd
    own = ((found.se or 0.0) / changed.sd) ** 2 if clusters else 1 / n_units
    by_change = _standardised("change_smcc", j * z, own, n_units, df=df)
    also: tuple[Effect, ...] = ()
    if before.sd:
        g = j * changed.mean / before.sd
        first = (
            ((found.se or 0.0) / before.sd) ** 2
            if clusters
            else 2 * (1 - (correlation or 0.0)) / n_units
        )
        effect, also = _standardised("change_smcr", g, first, n_units, df=df), (by_change,)
    else:
        effect = by_change
    n, means, sds = by_group(sample)
    few = [Notice("uncorrected")] if n_units <= 2 else []
    return Result(
        "paired", n, means, sds, effect, found, p_value, test,
        also=also, clusters=clusters, correlation=correlation,
        permutation=permutation_if_small(sample, change),
        warnings=(Notice("no_comparison"), *sample.notices, *notices, *size_notices(n), *few),
    )  # fmt: skip


def _clustered_mean(change: Any, cluster: Any) -> Effect:
    """The mean of changes with CR1 errors."""
    found = regress(change, [], cluster=cluster, which=0)
    return found.effect("mean_change")


# --- Beside the main estimate ------------------------------------------------------------
def _cohen(d: float, nt: int, nc: int) -> Effect:
    """Without the correction."""
    return _standardised("cohen_d", d, (nt + nc) / (nt * nc), nt + nc)


def _glass(one: Moments, other: Moments) -> list[Effect]:
    """(mT − mC) / SD of the controls, for spreads that the action changes.

    v = sT²/(sC²·nT) + 1/nC + Δ²/(2(nC − 1)) (spreads not assumed equal; metafor's SMD1H).
    """
    if other.sd == 0 or other.n < 3:
        return []
    j = hedges_j(other.n - 1)
    delta = j * (one.mean - other.mean) / other.sd
    variance = (one.sd / other.sd) ** 2 / one.n + 1 / other.n + delta**2 / (2 * (other.n - 1))
    return [normal_effect("glass_delta", delta, variance)]


def _in_strata(sample: Sample, values: Any) -> list[Effect]:
    """The difference with strata held constant (fixed effects), where there are strata."""
    import numpy as np

    if sample.stratum is None or len(np.unique(sample.stratum)) < 2:
        return []
    levels = np.unique(sample.stratum)[1:]
    if len(levels) > 200:
        return []
    dummies = [(sample.stratum == level).astype(float) for level in levels]
    try:
        found = regress(values, [sample.treated.astype(float), *dummies], cluster=sample.cluster)
    except Refused:
        return []
    return [found.effect("difference_within_strata")]


def _strata_notices(sample: Sample) -> list[Notice]:
    import numpy as np

    if sample.stratum is None:
        return []
    alone = sum(
        1
        for level in np.unique(sample.stratum)
        if len(np.unique(sample.treated[sample.stratum == level])) < 2
    )
    return [Notice("stratum_alone", {"count": alone})] if alone else []


def _spread_notices(one: Moments, other: Moments) -> list[Notice]:
    low, high = sorted((one.sd, other.sd))
    return [Notice("unequal_spread")] if low == 0 or high / low > 2 else []


def _baseline_notices(sample: Sample) -> list[Notice]:
    """Groups that differed before by more than 0.25 SD (What Works Clearinghouse's limit)."""
    if sample.pre is None:
        return []
    one, other = moments(sample.pre[sample.treated]), moments(sample.pre[~sample.treated])
    sd = pooled_sd(one, other)
    if sd and abs(one.mean - other.mean) / sd > 0.25:
        return [Notice("baseline_differs", {"value": abs(one.mean - other.mean) / sd})]
    return []


def _slope_notices(sample: Sample) -> list[Notice]:
    """ANCOVA supposes the same slope in both groups: say so where the data doubt it."""
    treated, pre = sample.treated.astype(float), sample.pre - sample.pre.mean()
    try:
        found = regress(sample.post, [treated, pre, treated * pre], which=3)
    except Refused:
        return []
    return [Notice("unequal_slopes")] if found.p_value < 0.05 else []
