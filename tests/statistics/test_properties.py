"""What must hold whatever the numbers (hypothesis)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis
import numpy as np
import pytest
from hypothesis import assume, settings
from hypothesis import strategies as st

from essaim.statistics import agreement, allocation, effects, pooling, power
from essaim.statistics.samples import Sample


def given(**drawn: Any) -> Callable[[Any], Any]:
    """Fewer examples than elsewhere: each is a whole computation."""
    return lambda test: settings(max_examples=40)(hypothesis.given(**drawn)(test))


scores = st.lists(st.integers(-400, 400).map(lambda x: x / 4), min_size=4, max_size=14)
WITH_PRE = ["prepost_control", "gain", "ancova"]


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Two groups, measured before and after, where both measures vary in each group."""
    post = draw(scores)
    size = len(post)
    pre = draw(st.lists(st.integers(-400, 400).map(lambda x: x / 4), min_size=size, max_size=size))
    treated = np.arange(size) % 2 == 0
    for values in (np.array(pre), np.array(post), np.array(post) - np.array(pre)):
        assume(np.ptp(values[treated]) > 0 and np.ptp(values[~treated]) > 0)
    x = np.column_stack([np.ones(size), treated, pre])
    residual = post - x @ np.linalg.lstsq(x, np.array(post), rcond=None)[0]
    assume(np.abs(residual).max() > 1e-3)
    return Sample.of(treated=treated, pre=pre, post=post)


def changed(sample: Sample, **values: object) -> Sample:
    kept = {"treated": sample.treated, "pre": sample.pre, "post": sample.post}
    return Sample.of(**{**kept, **values})


@pytest.mark.parametrize("design", ["posttest", *WITH_PRE])
@given(sample=samples())
def test_exchanging_the_groups_turns_the_sign(design: str, sample: Sample) -> None:
    one = effects.analyse(design, sample)
    other = effects.analyse(design, changed(sample, treated=~sample.treated))
    assert other.effect.value == pytest.approx(-one.effect.value, rel=1e-7, abs=1e-9)
    assert other.effect.se == pytest.approx(one.effect.se, rel=1e-7, abs=1e-9)
    assert other.effect.ci_low == pytest.approx(-one.effect.ci_high, rel=1e-7, abs=1e-8)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("design", ["posttest", *WITH_PRE])
@given(
    sample=samples(),
    factor=st.sampled_from([1e-6, 0.01, 3.0, 1e4, 1e9]),
    shift=st.integers(-50, 50),
)
def test_another_unit_changes_only_units(
    design: str, sample: Sample, factor: float, shift: int
) -> None:
    one = effects.analyse(design, sample)
    other = effects.analyse(
        design,
        changed(sample, pre=(sample.pre + shift) * factor, post=(sample.post + shift) * factor),
    )
    standardised = design != "gain"
    expected = one.effect.value * (1 if standardised else factor)
    tolerance = 1e-9 * (1 if standardised else factor)
    assert other.effect.value == pytest.approx(expected, rel=1e-6, abs=tolerance)
    assert other.difference.value == pytest.approx(
        one.difference.value * factor, rel=1e-6, abs=1e-9 * factor
    )
    assert other.p_value == pytest.approx(one.p_value, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("design", ["posttest", *WITH_PRE])
@given(sample=samples(), seed=st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing(design: str, sample: Sample, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(sample.post))
    one, other = effects.analyse(design, sample), effects.analyse(design, sample.where(order))
    assert other.effect.value == pytest.approx(one.effect.value, rel=1e-7, abs=1e-9)
    assert other.effect.se == pytest.approx(one.effect.se, rel=1e-7)
    if one.permutation:
        assert other.permutation.p_value == pytest.approx(one.permutation.p_value)


counts = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))


@given(cells=counts)
def test_a_risk_difference_lies_in_its_interval(cells: tuple[int, int, int, int]) -> None:
    a, b, c, d = cells
    assume(a + b >= 2 and c + d >= 2)
    found = effects.newcombe(a, a + b, c, c + d)
    back = effects.newcombe(c, c + d, a, a + b)
    assert -1 - 1e-12 <= found.ci_low <= found.value <= found.ci_high <= 1 + 1e-12
    assert back.ci_low == pytest.approx(-found.ci_high, abs=1e-12)


sites = st.lists(
    st.tuples(
        st.integers(-300, 300).map(lambda x: x / 100), st.integers(1, 300).map(lambda x: x / 100)
    ),
    min_size=3,
    max_size=12,
)


@pytest.mark.parametrize("method", pooling.METHODS)
@given(rows=sites, factor=st.sampled_from([-100.0, -1.0, 0.001, 7.0]))
def test_pooling_follows_the_unit(method: str, rows: list, factor: float) -> None:
    yi, vi = zip(*rows, strict=True)
    one = pooling.combine(yi, vi, method)
    other = pooling.combine(
        [y * factor for y in yi][::-1], [v * factor**2 for v in vi][::-1], method
    )
    size = abs(factor)
    assert other.estimate == pytest.approx(one.estimate * factor, rel=1e-6, abs=1e-7 * size)
    assert other.se == pytest.approx(one.se * size, rel=1e-6)
    assert other.tau2 == pytest.approx(one.tau2 * factor**2, rel=1e-5, abs=1e-9 * factor**2)
    assert pytest.approx(one.I2, rel=1e-4, abs=1e-5) == other.I2
    assert 0 <= one.I2 <= 100


@given(rows=sites)
def test_reml_is_a_maximum(rows: list) -> None:
    yi, vi = (np.array(column) for column in zip(*rows, strict=True))
    found = pooling.reml(yi, vi)

    def minus_twice_likelihood(tau2: float) -> float:
        w = 1 / (vi + tau2)
        mean = np.average(yi, weights=w)
        return -np.log(w).sum() + np.log(w.sum()) + (w * (yi - mean) ** 2).sum()

    best = minus_twice_likelihood(found)
    for tau2 in [*np.linspace(0, 20, 300), *np.geomspace(1e-6, 1, 100)]:
        assert best <= minus_twice_likelihood(tau2) + 1e-8


readings = st.lists(
    st.lists(st.one_of(st.none(), st.integers(1, 5).map(float)), min_size=3, max_size=3),
    min_size=2,
    max_size=10,
)


@pytest.mark.parametrize("level", agreement.LEVELS)
@given(rows=readings, seed=st.integers(0, 99))
def test_agreement_ignores_the_order_of_readers_and_items(
    level: str, rows: list, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    shuffled = [[row[i] for i in generator.permutation(3)] for row in rows]
    mixed = [shuffled[i] for i in generator.permutation(len(rows))]
    one, other = agreement.krippendorff(rows, level), agreement.krippendorff(mixed, level)
    assert one == (None if other is None else pytest.approx(other, abs=1e-9))
    if one is not None:
        assert one <= 1 + 1e-12


@given(rows=readings)
def test_interval_agreement_follows_the_unit(rows: list) -> None:
    moved = [[None if v is None else 32 + 1.8 * v for v in row] for row in rows]
    one, other = agreement.krippendorff(rows, "interval"), agreement.krippendorff(moved, "interval")
    assert one == (None if other is None else pytest.approx(other, abs=1e-9))


@given(d=st.floats(0.01, 3), n=st.integers(2, 5000))
def test_more_units_see_more(d: float, n: int) -> None:
    assert 0.05 - 1e-12 <= power.power(d, n) <= power.power(d, n * 2) + 1e-9 <= 1 + 1e-9
    assert power.power(-d, n) == power.power(d, n)


names = st.lists(st.text("abcdé0123", min_size=1, max_size=5), min_size=2, max_size=30, unique=True)


@given(units=names, seed=st.integers())
def test_lots_depend_on_the_seed_and_the_names_only(units: list[str], seed: int) -> None:
    one = allocation.simple(units, seed)
    assert one == allocation.simple(units[::-1], seed)
    assert abs(one.n["treated"] - one.n["control"]) <= 1
