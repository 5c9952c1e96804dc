"""Outcomes that are yes or no: proportions, their difference, their ratios."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext as _

from essaim.statistics.effects.core import (
    LEVEL,
    by_group,
    clustered_difference,
    clusters_of,
    no_variation,
    size_notices,
    two_groups,
    z_quantile,
)
from essaim.statistics.notices import Notice, Refused
from essaim.statistics.results import CONTROL, TREATED, Effect, Result
from essaim.statistics.samples import Sample

FEW_EXPECTED = 5  # expected count below which the chi-square law is replaced by Fisher's


def wilson(successes: int, n: int) -> Effect:
    """A proportion with Wilson's score interval (1927), without continuity correction."""
    if n < 1 or not 0 <= successes <= n:
        raise Refused("counts", _("Des nombres d’unités cohérents sont attendus."))
    z = z_quantile()
    p = successes / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return Effect("proportion", p, math.sqrt(p * (1 - p) / n), low, high, "wilson", None, LEVEL)


def newcombe(a: int, n_treated: int, c: int, n_control: int) -> Effect:
    """Risk difference with Newcombe's hybrid score interval (1998, method 10)."""
    one, other = wilson(a, n_treated), wilson(c, n_control)
    p, q = a / n_treated, c / n_control
    value = p - q
    low = value - math.hypot(p - (one.ci_low or 0.0), (other.ci_high or 0.0) - q)
    high = value + math.hypot((one.ci_high or 0.0) - p, q - (other.ci_low or 0.0))
    se = math.sqrt(p * (1 - p) / n_treated + q * (1 - q) / n_control)
    return Effect("risk_difference", value, se, low, high, "newcombe", None, LEVEL)


def _ratio(name: str, value: float, log_variance: float) -> Effect:
    half = z_quantile() * math.sqrt(log_variance)
    log = math.log(value)
    return Effect(
        name, value, math.sqrt(log_variance), math.exp(log - half), math.exp(log + half),
        "log_normal", None, LEVEL,
    )  # fmt: skip


def risk_ratio(a: int, n_treated: int, c: int, n_control: int) -> Effect:
    """p_T / p_C, interval on the logarithm (Katz 1978). Without an event in a group, only
    the value (0 or none) is known: bounds are None.
    """
    if a == 0 or c == 0:
        value = 0.0 if c else None
        return Effect("risk_ratio", value, None, None, None, "log_normal", None, LEVEL)
    variance = 1 / a - 1 / n_treated + 1 / c - 1 / n_control
    return _ratio("risk_ratio", (a / n_treated) / (c / n_control), variance)


def odds_ratio(a: int, n_treated: int, c: int, n_control: int) -> Effect:
    """Odds ratio, interval on the logarithm (Woolf 1955); bounds None with an empty cell."""
    b, d = n_treated - a, n_control - c
    if 0 in (a, b, c, d):
        value = a * d / (b * c) if b * c else None
        return Effect("odds_ratio", value, None, None, None, "log_normal", None, LEVEL)
    return _ratio("odds_ratio", a * d / (b * c), 1 / a + 1 / b + 1 / c + 1 / d)


def p_value_2x2(a: int, n_treated: int, c: int, n_control: int) -> tuple[float, str]:
    """Pearson's chi-square without correction, or Fisher's exact test where counts are small."""
    total, events = n_treated + n_control, a + c
    expected = min(events, total - events) * min(n_treated, n_control) / total
    if expected < FEW_EXPECTED and total <= 100_000:
        from scipy.stats import fisher_exact

        table = [[a, n_treated - a], [c, n_control - c]]
        return float(fisher_exact(table).pvalue), "fisher_exact"
    from scipy.special import ndtr

    p = events / total
    z = (a / n_treated - c / n_control) / math.sqrt(p * (1 - p) * (1 / n_treated + 1 / n_control))
    return float(2 * ndtr(-abs(z))), "chi_square"


def binary(sample: Sample) -> Result:
    """Risk difference p_T − p_C with Newcombe's interval; risk and odds ratios in ``also``.

    ``post`` holds 0 and 1. ``se`` is √(p_T(1−p_T)/nT + p_C(1−p_C)/nC). With clusters: linear
    probability model with cluster-robust errors, t with G − 1 degrees of freedom.
    """
    treated = two_groups(sample)
    if not set(_values(sample.post)) <= {0.0, 1.0}:
        raise Refused("not_binary", _("Ce plan demande une mesure en 0 ou 1 (non ou oui)."))
    n, means, sds = by_group(sample)
    a, c = int(sample.post[treated].sum()), int(sample.post[~treated].sum())
    nt, nc = n[TREATED], n[CONTROL]
    return _analysed(sample, n, means, sds, (a, nt, c, nc))


def _analysed(
    sample: Sample,
    n: dict[str, int],
    means: dict[str, Any],
    sds: dict[str, Any],
    counts: tuple[int, int, int, int],
) -> Result:
    a, nt, c, nc = counts
    clusters, notices = clusters_of(sample)
    effect = newcombe(*counts)
    also: tuple[Effect, ...] = (risk_ratio(*counts), odds_ratio(*counts))
    if a + c in (0, nt + nc):
        raise no_variation(_("mesure après"))
    if clusters:
        effect, p_value = clustered_difference(sample.post, sample, "risk_difference")
        # Their intervals suppose independent units.
        also = ()
        test = "cluster_t"
    else:
        p_value, test = p_value_2x2(*counts)
    if test == "fisher_exact":
        notices.append(Notice("few_events"))
    return Result(
        "binary", n, means, sds, effect, effect, p_value, test,
        also=also,
        rates={TREATED: wilson(a, nt), CONTROL: wilson(c, nc)},
        clusters=clusters,
        warnings=(*sample.notices, *notices, *size_notices(n)),
    )  # fmt: skip


def binary_from_counts(a: int, n_treated: int, c: int, n_control: int) -> Result:
    """The same from published counts: ``a`` of ``n_treated``, ``c`` of ``n_control``."""
    counts = (a, n_treated, c, n_control)
    if min(n_treated, n_control) < 2 or not (0 <= a <= n_treated and 0 <= c <= n_control):
        raise Refused("counts", _("Des nombres d’unités cohérents sont attendus."))
    n = {TREATED: n_treated, CONTROL: n_control}
    means = {TREATED: {"post": a / n_treated}, CONTROL: {"post": c / n_control}}
    sds: dict[str, Any] = {TREATED: {"post": None}, CONTROL: {"post": None}}
    return _analysed(Sample(treated=None, post=None), n, means, sds, counts)


def _values(array: Any) -> list[float]:
    import numpy as np

    return [float(value) for value in np.unique(array)[:3]]
