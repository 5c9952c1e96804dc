"""Published values that the computing must reproduce, each with its source."""

from __future__ import annotations

import pytest

from essaim.statistics import agreement, effects, months, pooling, power

CLOSE = 1e-4

# Normand 1999, four stroke trials; g and variance as in metafor's test suite.
STROKE = [
    # nT, mean, sd, nC, mean, sd, g, variance
    (155, 55, 47, 156, 75, 64, -0.3552, 0.0131),
    (31, 27, 7, 32, 29, 4, -0.3479, 0.0645),
    (75, 64, 17, 71, 119, 29, -2.3176, 0.0458),
    (18, 66, 20, 18, 137, 48, -1.8880, 0.1606),
]


@pytest.mark.parametrize("trial", STROKE)
def test_hedges_g_of_the_stroke_trials(trial: tuple[float, ...]) -> None:
    *figures, g, variance = trial
    effect = effects.posttest_from_summary(
        effects.Moments(*figures[:3]), effects.Moments(*figures[3:])
    ).effect
    assert effect.name == "hedges_g"
    assert effect.value == pytest.approx(g, abs=CLOSE)
    assert effect.se**2 == pytest.approx(variance, abs=CLOSE)


# Lipsey & Wilson 2001, p. 133.
TEN = (
    [-0.33, 0.32, 0.39, 0.31, 0.17, 0.64, -0.33, 0.15, -0.02, 0.0],
    [0.084, 0.035, 0.017, 0.034, 0.072, 0.117, 0.102, 0.093, 0.012, 0.067],
)


def test_fixed_pooling_of_ten_studies() -> None:
    pooled = pooling.combine(*TEN, "fixed")
    assert pooled.estimate == pytest.approx(0.1549, abs=CLOSE)
    assert pooled.se == pytest.approx(0.0609, abs=CLOSE)
    assert pytest.approx(14.764, abs=1e-3) == pooled.Q


def test_dersimonian_laird_of_ten_studies() -> None:
    pooled = pooling.combine(*TEN, "dl")
    assert pooled.tau2 == pytest.approx(0.025955, abs=1e-6)
    assert pooled.estimate == pytest.approx(0.1534, abs=CLOSE)
    assert pooled.se == pytest.approx(0.0858, abs=CLOSE)


# BCG vaccine, 13 trials (Colditz 1994), log risk ratios; metafor's documentation (dat.bcg).
BCG = [
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619),
    (33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892),
    (29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
]  # fmt: skip


def bcg() -> tuple[list[float], list[float]]:
    import math

    yi, vi = [], []
    for a, b, c, d in BCG:
        yi.append(math.log(a / (a + b) / (c / (c + d))))
        vi.append(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    return yi, vi


def test_reml_of_the_bcg_trials() -> None:
    pooled = pooling.combine(*bcg(), "reml")
    assert pooled.estimate == pytest.approx(-0.7145, abs=CLOSE)
    assert pooled.se == pytest.approx(0.1798, abs=CLOSE)
    assert pooled.tau2 == pytest.approx(0.3132, abs=CLOSE)
    assert pytest.approx(92.22, abs=0.01) == pooled.I2
    assert pytest.approx(152.2330, abs=1e-3) == pooled.Q
    assert pooled.ci_low == pytest.approx(-1.0669, abs=CLOSE)
    assert pooled.ci_high == pytest.approx(-0.3622, abs=CLOSE)


def test_fixed_and_moments_of_the_bcg_trials() -> None:
    """As Stata's metan, in metafor's test suite."""
    fixed, random = pooling.combine(*bcg(), "fixed"), pooling.combine(*bcg(), "dl")
    found = [fixed.estimate, fixed.ci_low, fixed.ci_high]
    assert found == pytest.approx([-0.4303, -0.5097, -0.3509], abs=CLOSE)
    found = [random.estimate, random.ci_low, random.ci_high]
    assert found == pytest.approx([-0.7141, -1.0644, -0.3638], abs=CLOSE)


# Raudenbush 1984, teachers' expectations and pupils' IQ, 19 studies; metafor's documentation
# (dat.raudenbush1985).
PUPILS = (
    [0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.80, 0.54, 0.18, -0.02, 0.23,
     -0.18, -0.06, 0.30, 0.07, -0.07],
    [0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.0630, 0.0912,
     0.0497, 0.0835, 0.0841, 0.0253, 0.0279, 0.0193, 0.0088, 0.0303],
)  # fmt: skip


def test_reml_of_the_pupils_iq() -> None:
    pooled = pooling.combine(*PUPILS, "reml")
    found = [pooled.tau2, pooled.estimate, pooled.se, pooled.ci_low, pooled.ci_high, pooled.Q]
    expected = [0.0188, 0.0837, 0.0516, -0.0175, 0.1849, 35.8295]
    assert found == pytest.approx(expected, abs=CLOSE)
    assert pooled.p_value == pytest.approx(0.1051, abs=CLOSE)


# R package pwr; statsmodels' test suite.
def test_power_of_thirty_per_group() -> None:
    assert power.power(1.0, 30) == pytest.approx(0.967708, abs=1e-6)


@pytest.mark.parametrize(("d", "n"), [(0.2, 393.4), (0.5, 63.8), (0.8, 25.5)])
def test_units_for_eighty_percent(d: float, n: float) -> None:
    assert power.sample_size(d) == pytest.approx(n, abs=0.1)


# Worked example of the Wikipedia article on Fleiss' kappa; statsmodels' test suite.
FLEISS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip


def test_fleiss_kappa() -> None:
    assert agreement.fleiss(FLEISS) == pytest.approx(0.210, abs=5e-4)


# Krippendorff, « Computing Krippendorff's Alpha-Reliability » (2011), example C: 4 readers.
KRIPPENDORFF = [
    (1, 1, None, 1), (2, 2, 3, 2), (3, 3, 3, 3), (3, 3, 3, 3), (2, 2, 2, 2), (1, 2, 3, 4),
    (4, 4, 4, 4), (1, 1, 2, 1), (2, 2, 2, 2), (None, 5, 5, 5), (None, None, 1, 1),
    (None, None, 3, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_krippendorff_alpha(level: str, alpha: float) -> None:
    assert agreement.krippendorff(KRIPPENDORFF, level) == pytest.approx(alpha, abs=5e-4)


# EEF Teaching and Learning Toolkit.
UPPER = [0.01, 0.09, 0.18, 0.26, 0.35, 0.44, 0.52, 0.61, 0.69, 0.78, 0.87, 0.95, 1.00]


@pytest.mark.parametrize(("expected", "bound"), list(enumerate(UPPER)))
def test_months_of_progress(expected: int, bound: float) -> None:
    assert months.eef(bound).months == expected
    if expected < 12:
        assert months.eef(bound + 0.01).months == expected + 1
    assert months.eef(-bound).months == -expected


def test_beyond_the_table() -> None:
    assert months.eef(1.3) == months.Months(12, beyond=True)
    assert not months.eef(1.0).beyond
