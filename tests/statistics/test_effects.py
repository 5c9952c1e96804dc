"""Effects: against published examples, against other libraries, and in awkward cases."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from scipy import stats

from essaim.statistics import effects
from essaim.statistics.notices import Refused
from essaim.statistics.results import Result
from essaim.statistics.samples import Sample

CLOSE = 1e-4


def class_of(size: int = 40, seed: int = 3, clusters: int = 0) -> Sample:
    generator = np.random.default_rng(seed)
    treated = np.arange(size) % 2 == 0
    pre = generator.normal(10, 3, size)
    post = 4 + 0.6 * pre + 1.5 * treated + generator.normal(0, 2, size)
    cluster = generator.integers(0, clusters, size) if clusters else None
    return Sample.of(treated=treated, pre=pre, post=post, cluster=cluster)


# --- Post-test ---------------------------------------------------------------------------
# Student 1908, « The probable error of a mean »; figures of R's documentation (?t.test).
SLEEP_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_welch_on_the_sleep_data() -> None:
    result = effects.posttest(Sample.from_groups(SLEEP_1, SLEEP_2))
    assert result.test == "welch_t"
    assert result.p_value == pytest.approx(0.07939, abs=1e-5)
    assert result.difference.df == pytest.approx(17.776, abs=1e-3)
    assert result.difference.ci_low == pytest.approx(-3.3654832, abs=1e-6)
    assert result.difference.ci_high == pytest.approx(0.2054832, abs=1e-6)
    assert not result.conclusive


def test_paired_t_on_the_sleep_data() -> None:
    result = effects.paired(Sample.of(pre=SLEEP_2, post=SLEEP_1))
    assert result.p_value == pytest.approx(0.002833, abs=1e-6)
    assert result.difference.value == pytest.approx(-1.58)
    assert result.difference.ci_low == pytest.approx(-2.4598858, abs=1e-6)
    assert "no_comparison" in {notice.code for notice in result.warnings}


def test_hedges_j_is_exact() -> None:
    # The approximation 1 − 3/(4ν − 1) gives 0.72727 at ν = 3.
    assert effects.hedges_j(3) == pytest.approx(0.7236012546, abs=1e-9)
    assert effects.hedges_j(1e7) == pytest.approx(1, abs=1e-6)


def test_posttest_by_hand() -> None:
    result = effects.posttest(Sample.from_groups([5.0, 7, 9], [4.0, 5, 6, 5]))
    sd = math.sqrt((2 * 4 + 3 * (2 / 3)) / 5)
    g = effects.hedges_j(5) * 2 / sd
    assert result.effect.value == pytest.approx(g)
    assert result.effect.se == pytest.approx(math.sqrt(7 / 12 + g**2 / 14))
    assert result.effect.ci_high - result.effect.value == pytest.approx(1.959964 * result.effect.se)
    assert result.n == {"treated": 3, "control": 4}
    assert result.means["treated"] == {"post": 7.0}


# --- Before and after with a comparison --------------------------------------------------
# Morris 2008, five studies on training; d_ppc2 of its table 5.
MORRIS = [
    # n, r, treated: pre, post, sd pre, sd post; n, control: the same; d_ppc2
    (20, 0.47, 30.6, 38.5, 15.0, 11.6, 20, 23.1, 19.7, 13.8, 14.8, 0.77),
    (50, 0.64, 23.5, 26.8, 3.1, 4.1, 42, 24.9, 25.3, 4.1, 3.3, 0.80),
    (9, 0.77, 0.5, 0.7, 0.1, 0.1, 9, 0.6, 0.6, 0.2, 0.2, 1.20),
    (10, 0.89, 53.4, 75.9, 14.5, 4.4, 11, 55.7, 60.7, 17.3, 17.9, 1.05),
    (14, 0.44, 35.6, 36.0, 4.7, 4.6, 14, 34.8, 33.4, 3.1, 6.9, 0.44),
]


def with_moments(n: int, r: float, pre: float, post: float, sds: tuple[float, float]) -> np.ndarray:
    """Scores before and after with exactly these means, SDs and correlation."""
    raw = np.random.default_rng(n).normal(size=(n, 2))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T))).T
    shaped = white @ np.linalg.cholesky([[1, r], [r, 1]]).T
    return shaped * np.array(sds) + np.array([pre, post])


@pytest.mark.parametrize("study", MORRIS)
def test_morris(study: tuple[float, ...]) -> None:
    nt, r, *t, nc, c_pre, c_post, c_sd_pre, c_sd_post, expected = study
    treated = with_moments(int(nt), r, t[0], t[1], (t[2], t[3]))
    control = with_moments(int(nc), r, c_pre, c_post, (c_sd_pre, c_sd_post))
    result = effects.prepost_control(
        Sample.from_groups(treated[:, 1], control[:, 1], treated[:, 0], control[:, 0])
    )
    assert result.effect.value == pytest.approx(expected, abs=0.0051)
    own = 2 * (1 - result.correlation) * (1 / nt + 1 / nc)
    assert result.effect.se**2 == pytest.approx(
        own + result.effect.value**2 / (2 * (nt + nc)), rel=1e-9
    )


# The same ten groups before and after: SMCR and SMCC of metafor's test suite (yi, vi).
CHANGES = [
    # n, r, before, after, SD before, SD after; SMCR, its variance; SMCC, its variance
    (20, 0.47, 30.6, 38.5, 15.0, 11.6, 0.5056, 0.0594, 0.5417, 0.0573),
    (50, 0.64, 23.5, 26.8, 3.1, 4.1, 1.0481, 0.0254, 1.0198, 0.0304),
    (9, 0.77, 0.5, 0.7, 0.1, 0.1, 1.8054, 0.2322, 2.6619, 0.5048),
    (10, 0.89, 53.4, 75.9, 14.5, 4.4, 1.4181, 0.1225, 1.9088, 0.2822),
    (14, 0.44, 35.6, 36.0, 4.7, 4.6, 0.0801, 0.0802, 0.0765, 0.0716),
    (20, 0.47, 23.1, 19.7, 13.8, 14.8, -0.2365, 0.0544, -0.2213, 0.0512),
    (42, 0.64, 24.9, 25.3, 4.1, 3.3, 0.0958, 0.0173, 0.1219, 0.0240),
    (9, 0.77, 0.6, 0.6, 0.2, 0.2, 0.0000, 0.0511, 0.0000, 0.1111),
    (11, 0.89, 55.7, 60.7, 17.3, 17.9, 0.2667, 0.0232, 0.5575, 0.1050),
    (14, 0.44, 34.8, 33.4, 3.1, 6.9, -0.4250, 0.0864, -0.2126, 0.0730),
]


@pytest.mark.parametrize("group", CHANGES)
def test_changes_against_metafor(group: tuple[float, ...]) -> None:
    n, r, before, after, sd_before, sd_after, *expected = group
    scores = with_moments(int(n), r, before, after, (sd_before, sd_after))
    result = effects.paired(Sample.of(pre=scores[:, 0], post=scores[:, 1]))
    by_change = result.also[0]
    assert (result.effect.name, by_change.name) == ("change_smcr", "change_smcc")
    found = [result.effect.value, result.effect.se**2, by_change.value, by_change.se**2]
    assert found == pytest.approx(expected, abs=CLOSE)


def test_gain_is_the_difference_of_changes() -> None:
    sample = class_of()
    result = effects.gain(sample)
    change = sample.post - sample.pre
    other = stats.ttest_ind(change[sample.treated], change[~sample.treated], equal_var=False)
    assert result.effect.value == pytest.approx(
        change[sample.treated].mean() - change[~sample.treated].mean()
    )
    assert result.p_value == pytest.approx(other.pvalue)
    assert result.effect.ci_low == pytest.approx(other.confidence_interval().low)
    assert result.also[0] == effects.prepost_control(sample).effect


def test_ancova_against_plain_algebra() -> None:
    sample = class_of()
    result = effects.ancova(sample)
    x = np.column_stack([np.ones(40), sample.treated, sample.pre])
    beta, rss, *_ = np.linalg.lstsq(x, sample.post, rcond=None)
    se = math.sqrt(rss[0] / 37 * np.linalg.inv(x.T @ x)[1, 1])
    t, c = sample.post[sample.treated], sample.post[~sample.treated]
    sd = math.sqrt((19 * t.var(ddof=1) + 19 * c.var(ddof=1)) / 38)
    assert result.difference.value == pytest.approx(beta[1])
    assert result.difference.se == pytest.approx(se)
    assert result.effect.value == pytest.approx(beta[1] / sd)
    assert result.effect.se == pytest.approx(math.sqrt((se / sd) ** 2 + (beta[1] / sd) ** 2 / 80))
    assert result.p_value == pytest.approx(2 * stats.t.sf(abs(beta[1] / se), 37))


# --- Clusters ----------------------------------------------------------------------------
def cr1(sample: Sample, outcome: np.ndarray) -> tuple[float, float]:
    """Difference of means and its CR1 error, written out."""
    x = np.column_stack([np.ones(len(outcome)), sample.treated.astype(float)])
    beta = np.linalg.solve(x.T @ x, x.T @ outcome)
    residual = outcome - x @ beta
    labels = np.unique(sample.cluster)
    meat = np.zeros((2, 2))
    for label in labels:
        score = x[sample.cluster == label].T @ residual[sample.cluster == label]
        meat += np.outer(score, score)
    bread = np.linalg.inv(x.T @ x)
    g, n = len(labels), len(outcome)
    covariance = g / (g - 1) * (n - 1) / (n - 2) * bread @ meat @ bread
    return float(beta[1]), math.sqrt(covariance[1, 1])


def test_clustered_errors() -> None:
    sample = class_of(200, clusters=12)
    result = effects.posttest(sample)
    value, se = cr1(sample, sample.post)
    assert result.difference.value == pytest.approx(value)
    assert result.difference.se == pytest.approx(se)
    assert result.difference.df == 11
    assert result.p_value == pytest.approx(2 * stats.t.sf(abs(value / se), 11))
    assert "few_clusters" in {notice.code for notice in result.warnings}
    free = effects.posttest(Sample.of(treated=sample.treated, post=sample.post))
    assert result.effect.value == pytest.approx(free.effect.value)


@pytest.mark.parametrize("design", ["prepost_control", "gain", "ancova", "binary"])
def test_every_design_takes_clusters(design: str) -> None:
    sample = class_of(120, clusters=10)
    if design == "binary":
        sample = Sample.of(treated=sample.treated, post=sample.post > 10, cluster=sample.cluster)
    result = effects.analyse(design, sample)
    assert result.clusters
    assert result.test.startswith("cluster_t")
    assert result.effect.interval == "t"


def test_one_cluster_in_a_group_is_refused() -> None:
    sample = Sample.of(
        treated=[True] * 4 + [False] * 4, post=range(8), cluster=[1] * 4 + [2, 2, 3, 3]
    )
    with pytest.raises(Refused) as refused:
        effects.posttest(sample)
    assert refused.value.code == "one_cluster"


# --- Yes or no ---------------------------------------------------------------------------
# Newcombe 1998, « Interval estimation for the difference… », table II, method 10.
@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    found = effects.newcombe(*counts)
    assert found.ci_low == pytest.approx(low, abs=CLOSE)
    assert found.ci_high == pytest.approx(high, abs=CLOSE)


# Newcombe 1998, « Two-sided confidence intervals for the single proportion », method 3.
@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson(successes: int, n: int, low: float, high: float) -> None:
    found = effects.wilson(successes, n)
    assert found.ci_low == pytest.approx(low, abs=CLOSE)
    assert found.ci_high == pytest.approx(high, abs=CLOSE)


def test_ratios_against_statsmodels() -> None:
    from statsmodels.stats.contingency_tables import Table2x2
    from statsmodels.stats.proportion import confint_proportions_2indep

    table = Table2x2(np.array([[30, 70], [20, 80]]))
    risk, odds = effects.risk_ratio(30, 100, 20, 100), effects.odds_ratio(30, 100, 20, 100)
    assert (risk.ci_low, risk.ci_high) == pytest.approx(table.riskratio_confint())
    assert (odds.ci_low, odds.ci_high) == pytest.approx(table.oddsratio_confint())
    found = effects.newcombe(30, 100, 20, 100)
    assert (found.ci_low, found.ci_high) == pytest.approx(
        confint_proportions_2indep(30, 100, 20, 100, method="newcomb")
    )


def test_binary_uses_fisher_when_cases_are_few() -> None:
    few = effects.binary_from_counts(5, 12, 1, 12)
    assert few.test == "fisher_exact"
    assert few.p_value == pytest.approx(stats.fisher_exact([[5, 7], [1, 11]]).pvalue)
    many = effects.binary_from_counts(30, 100, 20, 100)
    assert many.test == "chi_square"
    expected = stats.chi2_contingency([[30, 70], [20, 80]], correction=False).pvalue
    assert many.p_value == pytest.approx(expected)


def test_a_ratio_without_cases_has_no_bounds() -> None:
    assert effects.risk_ratio(0, 10, 3, 10).value == 0
    assert effects.risk_ratio(0, 10, 3, 10).ci_low is None
    assert effects.risk_ratio(3, 10, 0, 10).value is None


# --- Permutations ------------------------------------------------------------------------
def test_darwins_maize() -> None:
    """Fisher 1935, « The Design of Experiments » § 21: 1 726 of 32 768."""
    changes = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    found = effects.paired_permutation(changes)
    assert found.exact
    assert found.p_value == pytest.approx(1726 / 32768)


def test_permutation_against_scipy() -> None:
    one, other = np.array([5.1, 6.2, 7.7, 8.0, 6.6]), np.array([4.0, 5.5, 5.0, 6.1])
    found = effects.permutation(np.concatenate([one, other]), [True] * 5 + [False] * 4)
    expected = stats.permutation_test(
        (one, other), lambda a, b: abs(a.mean() - b.mean()), alternative="greater", n_resamples=1000
    )
    assert found.draws == 126
    assert found.p_value == pytest.approx(expected.pvalue)


def test_permutation_within_strata() -> None:
    values, treated = [1.0, 2, 11, 12], [False, True, False, True]
    found = effects.permutation(values, treated, ["a", "a", "b", "b"])
    assert (found.draws, found.p_value) == (4, 0.5)


def test_large_permutations_are_drawn_the_same_each_time() -> None:
    generator = np.random.default_rng(1)
    values, treated = generator.normal(size=60), np.arange(60) < 15
    found = effects.permutation(values, treated)
    assert not found.exact
    assert found == effects.permutation(values, treated)


# --- Difference in differences, subgroups ------------------------------------------------
def test_difference_in_differences() -> None:
    generator = np.random.default_rng(5)
    treated, after = np.repeat([True, False], 40), np.tile([True, False], 40)
    outcome = 10 + 2 * treated + 1 * after + 3 * (treated & after) + generator.normal(size=80)
    result = effects.difference_in_differences(outcome, treated, after)
    cells = {
        (t, a): outcome[(treated == t) & (after == a)].mean()
        for t in (True, False)
        for a in (True, False)
    }
    by_hand = cells[True, True] - cells[True, False] - cells[False, True] + cells[False, False]
    assert result.effect.value == pytest.approx(by_hand)
    assert "parallel_trends" in {notice.code for notice in result.warnings}


def test_difference_in_differences_of_the_same_units() -> None:
    sample = class_of()
    result = effects.same_units(sample)
    size = len(sample.post)
    pooled = effects.difference_in_differences(
        np.concatenate([sample.pre, sample.post]),
        np.tile(sample.treated, 2),
        np.arange(2 * size) >= size,
        np.tile(np.arange(size), 2),
    )
    assert result.design == "did"
    assert result.effect.value == pytest.approx(pooled.effect.value)
    assert result.effect.se == pytest.approx(pooled.effect.se, rel=0.05)
    assert "parallel_trends" in {notice.code for notice in result.warnings}


def test_subgroups_not_planned_are_exploratory() -> None:
    sample = class_of(80)
    labels = ["nord" if i < 40 else "sud" for i in range(79)] + ["seul"]
    found = effects.subgroups(effects.posttest, sample, labels, planned=False)
    assert [group.name for group in found.groups] == ["nord", "seul", "sud"]
    assert all(group.exploratory for group in found.groups)
    assert found.groups[1].result is None and found.groups[1].refusal
    assert 0 <= found.interaction_p <= 1
    assert "exploratory" in {notice.code for notice in found.warnings}
    assert (
        not effects.subgroups(effects.posttest, sample, labels, planned=True).groups[0].exploratory
    )


# --- Refusals ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("treated", "control", "code"),
    [
        ([1.0, 2, 3], [], "no_control"),
        ([], [1.0, 2], "no_treated"),
        ([1.0], [2.0, 3], "group_of_one"),
        ([5.0, 5, 5], [5.0, 5], "no_variation"),
        ([0.1, 0.1, 0.1], [0.3, 0.3, 0.3], "no_variation"),
    ],
)
def test_what_would_mislead_is_refused(treated: list, control: list, code: str) -> None:
    with pytest.raises(Refused) as refused:
        effects.posttest(Sample.from_groups(treated, control))
    assert refused.value.code == code


def test_a_measure_before_that_says_the_group_is_refused() -> None:
    sample = Sample.of(
        treated=[True, True, True, False, False, False],
        pre=[2, 2, 2, 1, 1, 1],
        post=[1, 2, 3, 4, 5, 7],
    )
    with pytest.raises(Refused) as refused:
        effects.ancova(sample)
    assert refused.value.code == "collinear"


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), 1e300])
def test_numbers_that_are_not_are_refused(wrong: float) -> None:
    with pytest.raises(Refused):
        Sample.from_groups([1.0, wrong], [2.0, 3.0])


@pytest.mark.parametrize("design", ["posttest", "prepost_control", "gain", "ancova"])
def test_a_result_is_kept_as_json_and_read_again(design: str) -> None:
    result = effects.analyse(design, class_of(24))
    assert Result.from_dict(json.loads(json.dumps(result.to_dict()))) == result
