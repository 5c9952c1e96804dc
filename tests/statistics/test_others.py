"""Pooling, power, agreement, lots and avoided costs beyond the published values."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal

import numpy as np
import pytest
from scipy import stats

from essaim.statistics import agreement, allocation, pooling, power
from essaim.statistics import avoided_costs as costs
from essaim.statistics.avoided_costs import Line, Range
from essaim.statistics.notices import Refused

CLOSE = 1e-4
YI = [-0.33, 0.32, 0.39, 0.31, 0.17, 0.64, -0.33, 0.15, -0.02, 0.0]
VI = [0.084, 0.035, 0.017, 0.034, 0.072, 0.117, 0.102, 0.093, 0.012, 0.067]


# --- Several sites -----------------------------------------------------------------------
def test_pooling_against_statsmodels() -> None:
    from statsmodels.stats.meta_analysis import combine_effects

    other = combine_effects(np.array(YI), np.array(VI), method_re="dl")
    fixed, random = pooling.combine(YI, VI, "fixed"), pooling.combine(YI, VI, "dl")
    assert fixed.estimate == pytest.approx(other.mean_effect_fe)
    assert fixed.se == pytest.approx(other.sd_eff_w_fe)
    assert random.tau2 == pytest.approx(other.tau2)
    assert random.estimate == pytest.approx(other.mean_effect_re)
    assert random.se == pytest.approx(other.sd_eff_w_re)
    assert random.hartung_knapp["se"] == pytest.approx(other.sd_eff_w_re_hksj)
    assert pytest.approx(100 * other.i2) == random.I2


def test_prediction_uses_t_with_two_degrees_fewer_than_sites() -> None:
    found = pooling.combine(YI, VI, "reml")
    reach = stats.t.ppf(0.975, 8) * np.sqrt(found.tau2 + found.se**2)
    assert found.prediction_low == pytest.approx(found.estimate - reach)
    assert found.prediction_high == pytest.approx(found.estimate + reach)
    assert pooling.combine(YI, VI, "fixed").prediction_low is None


def test_two_sites_are_shown_side_by_side() -> None:
    with pytest.raises(Refused) as refused:
        pooling.combine(YI[:2], VI[:2])
    assert refused.value.code == "too_few_sites"
    assert [site["effect"] for site in refused.value.details["sites"]] == YI[:2]
    assert [site.weight for site in pooling.side_by_side(YI[:2], VI[:2])] == pytest.approx(
        [29.4118, 70.5882], abs=CLOSE
    )


@pytest.mark.parametrize("vi", [[0.1, 0.0, 0.1], [0.1, -1, 0.1], [0.1, float("nan"), 0.1], [0.1]])
def test_variances_that_are_not_are_refused(vi: list[float]) -> None:
    with pytest.raises(Refused):
        pooling.combine([0.1, 0.2, 0.3], vi)


def test_equal_effects_have_no_heterogeneity() -> None:
    found = pooling.combine([0.3] * 4, [0.1, 0.2, 0.1, 0.4], "reml")
    assert (found.tau2, found.I2, found.Q) == (0, 0, pytest.approx(0))
    assert found.estimate == pytest.approx(0.3)


def test_a_pooling_is_kept_as_json_and_read_again() -> None:
    found = pooling.combine(YI, VI, "dl", names=[f"site {i}" for i in range(10)])
    assert pooling.Pooled.from_dict(json.loads(json.dumps(found.to_dict()))) == found


# --- Power -------------------------------------------------------------------------------
# R's documentation of power.t.test (without the far tail, which is nothing here).
def test_power_of_the_r_documentation() -> None:
    assert power.power(1, 20) == pytest.approx(0.8689528, abs=1e-6)
    assert power.sample_size(1, target=0.9) == pytest.approx(22.02110, abs=CLOSE)


def test_power_against_statsmodels() -> None:
    from statsmodels.stats.power import TTestIndPower

    for d, n in [(0.2, 50), (0.5, 64), (0.8, 10), (1.5, 4)]:
        assert power.power(d, n) == pytest.approx(TTestIndPower().power(d, n, 0.05), abs=1e-9)


@pytest.mark.parametrize("n", [1567, 5_000, 1e6, 1e9])
def test_no_size_makes_power_unknown(n: float) -> None:
    """Libraries give NaN for some of these."""
    assert 0 < power.power(0.2, n) <= 1
    assert 0 < power.smallest_effect_exact(n) < 0.11


@pytest.mark.parametrize("d", [1e-4, 0.01, 0.1, 3, 10])
def test_sizes_are_found_for_tiny_and_huge_effects(d: float) -> None:
    n = power.sample_size(d)
    assert n == 2 or power.power(d, n) == pytest.approx(0.8, abs=1e-9)


def test_smallest_effect_by_the_formula() -> None:
    t = stats.t.ppf([0.975, 0.8], 126).sum()
    assert power.smallest_effect(64) == pytest.approx(t * np.sqrt(1 / (0.25 * 128)))
    t = stats.t.ppf([0.975, 0.8], 18).sum()
    deff = 1 + 19 * 0.1
    assert power.smallest_effect(200, 20, 0.1, r2=0.5) == pytest.approx(
        t * np.sqrt(deff * 0.5 / (0.25 * 400))
    )


def test_clusters_cost_power() -> None:
    assert power.design_effect(20, 0.1) == pytest.approx(2.9)
    assert power.power(0.5, 100, 20, 0.1) < power.power(0.5, 100 / 2.9) < power.power(0.5, 100)
    # Without resemblance, or with clusters of one, nothing changes.
    assert power.power(0.5, 100, 20, 0) == power.power(0.5, 100)
    assert power.power(0.5, 100, 1, 0.3) == pytest.approx(power.power(0.5, 100))
    planned = power.plan(0.3, 100, 20, 0.1)
    assert planned.n_per_group_whole == planned.clusters_per_group * 20
    assert power.power(0.3, planned.n_per_group, 20, 0.1) == pytest.approx(0.8)
    assert {"few_clusters", "underpowered"} <= {notice.code for notice in planned.warnings}


@pytest.mark.parametrize(
    "options",
    [
        {"d": 0.5, "n": 1}, {"d": float("nan"), "n": 10}, {"d": 0.5, "n": 10, "icc": 1.2},
        {"d": 0.5, "n": 10, "cluster_size": 0.5}, {"d": 0.5, "n": 10, "cluster_size": 20, "icc": 0.1},
        {"d": 0.5, "n": float("inf")}, {"d": 1e-9},
    ],
)  # fmt: skip
def test_plans_that_make_no_sense_are_refused(options: dict) -> None:
    with pytest.raises(Refused):
        power.plan(**options)


# --- Agreement ---------------------------------------------------------------------------
def test_fleiss_against_statsmodels() -> None:
    from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

    generator = np.random.default_rng(2)
    readings = generator.integers(1, 5, size=(30, 4))
    found = agreement.agreement(readings.astype(float).tolist())
    assert found.fleiss == pytest.approx(fleiss_kappa(aggregate_raters(readings)[0]))
    assert abs(found.nominal) < 0.2


def test_agreement_of_two_readers_on_two_values() -> None:
    """Krippendorff 2011, example A: ten items, alpha = 0.095."""
    meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    rows = list(zip(map(float, meg), map(float, owen), strict=True))
    assert agreement.krippendorff(rows, "nominal") == pytest.approx(0.095, abs=5e-4)


def test_readers_who_all_say_the_same() -> None:
    found = agreement.agreement([[3.0, 3.0], [3.0, 3.0]])
    assert (found.fleiss, found.ordinal) == (None, None)
    assert "no_disagreement_possible" in {notice.code for notice in found.warnings}
    assert agreement.krippendorff([[1.0, 1.0], [2.0, 2.0]], "ordinal") == 1


@pytest.mark.parametrize("rows", [[], [[1.0]], [[1.0, None], [None, 2.0]]])
def test_without_two_readings_of_an_item_agreement_is_unknown(rows: list) -> None:
    with pytest.raises(Refused):
        agreement.agreement(rows)


# --- Lots --------------------------------------------------------------------------------
UNITS = [f"école {i}" for i in range(8)]


def test_a_seed_gives_the_same_lots_for_ever() -> None:
    """Were this to change, every kept allocation could no longer be made again."""
    lots = allocation.Lots("2026")
    assert [lots.below(100) for _ in range(6)] == [47, 86, 23, 62, 1, 85]
    found = allocation.simple(UNITS, 2026)
    assert [a.unit for a in found.assigned if a.group == "treated"] == [
        "école 0",
        "école 1",
        "école 4",
        "école 5",
    ]
    assert found.fingerprint.startswith("1c5e60745d8a")


def test_lots_are_fair() -> None:
    counts = Counter(
        a.unit
        for seed in range(800)
        for a in allocation.simple(UNITS[:4], seed).assigned
        if a.group == "treated"
    )
    assert stats.chisquare(list(counts.values())).pvalue > 0.001
    odd = [allocation.simple(UNITS[:3], seed).n["treated"] for seed in range(400)]
    assert 150 < sum(n == 2 for n in odd) < 250


def test_pairs_of_alike_units() -> None:
    values = {unit: float(i % 5) for i, unit in enumerate([*UNITS, "école 8"])}
    found = allocation.pairs(values, "graine")
    pairs: dict[str, list[str]] = {}
    for a in found.assigned:
        pairs.setdefault(a.block, []).append(a.group)
    assert sorted(map(len, pairs.values())) == [1, 2, 2, 2, 2]
    assert all(set(p) == {"treated", "control"} for p in pairs.values() if len(p) == 2)
    assert [notice.code for notice in found.warnings] == ["unpaired"]


def test_whole_clusters() -> None:
    found = allocation.clusters({f"élève {i}": f"classe {i % 6}" for i in range(60)}, 1)
    by_class: dict[str, set[str]] = {}
    for a in found.assigned:
        by_class.setdefault(a.block, set()).add(a.group)
    assert all(len(groups) == 1 for groups in by_class.values())
    assert sum(groups == {"treated"} for groups in by_class.values()) == 3


def test_strata_are_shared_evenly() -> None:
    found = allocation.stratified({f"u{i}": f"s{i % 3}" for i in range(31)}, 5)
    for stratum in ("s0", "s1", "s2"):
        groups = [a.group for a in found.assigned if a.block == stratum]
        assert abs(groups.count("treated") - groups.count("control")) <= 1
    alone = allocation.stratified({"a": "x", "b": "y", "c": "y"}, 5)
    assert [notice.code for notice in alone.warnings] == ["stratum_of_one"]


@pytest.mark.parametrize("units", [["a"], ["a", "a "], ["a", ""], []])
def test_units_that_cannot_be_drawn(units: list[str]) -> None:
    with pytest.raises(Refused):
        allocation.simple(units, 1)


# --- Avoided costs -----------------------------------------------------------------------
RATE = {"rate": Range.of("0.04"), "rate_source": "arrêté fictif"}


def test_avoided_costs_to_the_cent() -> None:
    line = Line(
        "nuits d’hôtel", "Département",
        units=Range.of(100, 80, 120), unit_cost=Range.of("55.50"),
        deadweight=Range.of("0.3", "0.2", "0.4"), attribution=Range.of("0.8"),
        cashable=Range.of("0.5"), year=1,
    )  # fmt: skip
    found = costs.compute([line, Line("urgences", "CPAM", Range.of(10), Range.of(250))], **RATE)
    # 100 × 0.7 × 0.8 × 55.50 × 0.5 / 1.04, and so on.
    assert found.by_payer["Département"] == Range(
        Decimal("1024.62"), Decimal("1494.23"), Decimal("2049.23")
    )
    assert found.by_payer["CPAM"].central == Decimal("2500.00")
    assert found.total.central == Decimal("3994.23")
    assert found.by_year[0].central == Decimal("2500.00")
    assert found.set_free.central == Decimal("1494.23")


def test_a_high_rate_makes_the_low_estimate() -> None:
    found = costs.compute(
        [Line("x", "État", Range.of(1), Range.of(100), year=10)],
        rate=Range.of("0.03", "0.02", "0.04"), rate_source="fictif",
    )  # fmt: skip
    assert found.total == Range(Decimal("67.56"), Decimal("74.41"), Decimal("82.03"))


def test_well_being_is_never_added() -> None:
    line = Line("confiance retrouvée", "–", Range.of(1), Range.of(1), nature="well_being")
    with pytest.raises(Refused) as refused:
        costs.compute([line], **RATE)
    assert refused.value.code == "well_being"


@pytest.mark.parametrize(
    "values",
    [
        {"deadweight": Range.of("1.2")}, {"attribution": Range.of("-0.1")}, {"units": Range.of(-1)},
        {"unit_cost": Range.of(5, 6, 7)}, {"units": Range.of("NaN")}, {"payer": " "}, {"year": -1},
    ],
)  # fmt: skip
def test_lines_that_make_no_sense_are_refused(values: dict) -> None:
    usual = {"label": "x", "payer": "État", "units": Range.of(1), "unit_cost": Range.of(1)}
    with pytest.raises(Refused):
        costs.compute([Line(**{**usual, **values})], **RATE)


def test_a_rate_without_source_is_refused() -> None:
    with pytest.raises(Refused):
        costs.compute([], rate=Range.of("0.03"), rate_source=" ")
    with pytest.raises(Refused):
        costs.compute([], rate=Range.of("3.2"), rate_source="en pour cent")


def test_lines_come_from_records() -> None:
    records = [{"label": "x", "payer": "État", "units": [1, 2, 3], "unit_cost": "10.5", "year": 2}]
    assert costs.lines_of(records) == [
        Line("x", "État", Range.of(2, 1, 3), Range.of("10.5"), year=2)
    ]


def test_cost_per_unit_of_effect() -> None:
    sure = costs.cost_per_unit_of_effect(Range.of(100, 80, 120), 0.4, 0.2, 0.8)
    assert (sure.low, sure.central, sure.high) == (
        Decimal("100.00"),
        Decimal("250.00"),
        Decimal("600.00"),
    )
    assert costs.cost_per_unit_of_effect(Range.of(100), 0.4, -0.1, 0.9).high is None
    assert costs.cost_per_unit_of_effect(Range.of(100), -0.4, -0.9, 0.1).central is None
