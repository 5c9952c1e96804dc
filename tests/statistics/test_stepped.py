"""A stepped start: against statsmodels line by line, and against an effect we made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

from essaim.statistics import effects, script
from essaim.statistics.notices import Refused
from essaim.statistics.results import Result
from essaim.statistics.samples import Sample
from essaim.statistics.sentences import Words
from essaim.statistics.sentences.effects import of_result
from tests.statistics.test_script import run


def steps(
    sites: int = 12, periods: int = 5, units: int = 8, effect: float = 2.0, seed: int = 1
) -> tuple[Sample, dict[str, np.ndarray]]:
    """Sites that begin in turn, in periods that change by themselves; measures by site and period
    of different numbers of people."""
    generator = np.random.default_rng(seed)
    start = 1 + np.arange(sites) % (periods - 1)
    level, season = generator.normal(50, 5, sites), generator.normal(0, 3, periods)
    rows: dict[str, list[float]] = {"site": [], "period": [], "begun": [], "y": []}
    for site in range(sites):
        for period in range(periods):
            begun = period >= start[site]
            drift = generator.normal(0, 0.5)  # what happens in that site at that time
            for _unit in range(units + (site + period) % 3):
                rows["site"].append(site)
                rows["period"].append(period)
                rows["begun"].append(begun)
                rows["y"].append(
                    level[site] + season[period] + effect * begun + drift + generator.normal(0, 2)
                )
    found = {name: np.array(values) for name, values in rows.items()}
    sample = Sample.of(
        post=found["y"], treated=found["begun"], cluster=found["site"], stratum=found["period"]
    )
    return sample, found


def by_statsmodels(rows: dict[str, np.ndarray]) -> tuple[float, float, float]:
    """Coefficient, CR1 error and p-value of the same model with all its columns."""
    sites = (rows["site"][:, None] == np.unique(rows["site"])[1:]).astype(float)
    periods = (rows["period"][:, None] == np.unique(rows["period"])[1:]).astype(float)
    design = np.column_stack([np.ones(len(rows["y"])), rows["begun"], sites, periods]).astype(float)
    fit = sm.OLS(rows["y"], design).fit(
        cov_type="cluster", cov_kwds={"groups": rows["site"].astype(int)}, use_t=True
    )
    return fit.params[1], fit.bse[1], fit.pvalues[1]


def test_the_figures_are_those_of_statsmodels_line_by_line():
    sample, rows = steps()
    found = effects.stepped(sample)
    value, se, p = by_statsmodels(rows)
    assert found.effect.value == pytest.approx(value, abs=1e-9)
    assert found.effect.se == pytest.approx(se, rel=1e-9)
    assert found.p_value == pytest.approx(p, rel=1e-6)
    assert found.effect.df == 11
    assert Result.from_dict(found.to_dict()) == found


def test_it_finds_the_effect_that_was_put_in_and_covers_it_as_often_as_it_says():
    values, covered = [], 0
    for seed in range(60):
        found = effects.stepped(steps(effect=2.0, seed=seed)[0]).effect
        values.append(found.value)
        covered += found.ci_low <= 2.0 <= found.ci_high
    assert np.mean(values) == pytest.approx(2.0, abs=0.1)
    assert covered >= 51  # 95 % announced; twelve sites, sixty draws


def test_a_difference_in_differences_would_take_the_season_for_the_effect():
    """All wait, then all but one have begun: a naive comparison of begun and waiting lines finds
    the season; within periods it is not found."""
    sample, rows = steps(effect=0.0, seed=5)
    rows["y"] += 10 * rows["period"]
    moved = Sample.of(
        post=rows["y"], treated=rows["begun"], cluster=rows["site"], stratum=rows["period"]
    )
    naive = rows["y"][rows["begun"] == 1].mean() - rows["y"][rows["begun"] == 0].mean()
    assert naive > 10
    assert abs(effects.stepped(moved).effect.value) < 1
    assert effects.stepped(moved).effect.value == pytest.approx(
        effects.stepped(sample).effect.value, abs=1e-8
    )


def test_rows_in_any_order_and_other_units():
    sample, rows = steps()
    order = np.random.default_rng(3).permutation(len(rows["y"]))
    shuffled = Sample.of(
        post=100 * rows["y"][order] + 7, treated=rows["begun"][order],
        cluster=[f"site {n}" for n in rows["site"][order]], stratum=rows["period"][order],
    )  # fmt: skip
    one, other = effects.stepped(sample).effect, effects.stepped(shuffled).effect
    assert other.value == pytest.approx(100 * one.value, rel=1e-8)
    assert other.se == pytest.approx(100 * one.se, rel=1e-8)


@pytest.mark.parametrize(
    "site,period,begun,code",
    [
        ([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 0, 1], "nothing_to_compare"),
        ([0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 0, 0], "few_steps"),
        ([0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2] * 3, [0, 1, 0, 0, 0, 1, 0, 1, 1], "went_back"),
        ([0, 0, 1, 1, 2, 2, 2], [0, 1, 0, 1, 0, 1, 1], [0, 0, 0, 1, 0, 1, 0], "half_begun"),
        ([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [0, 0, 0, 0, 0, 0], "no_treated"),
        ([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [0, 0, 0, 1, 0, 1], None),
    ],
)
def test_what_is_no_stepped_start_is_refused(site, period, begun, code):
    values = np.random.default_rng(2).normal(size=len(site))
    sample = Sample.of(
        post=np.tile(values, 3), treated=begun * 3, cluster=site * 3, stratum=period * 3
    )
    if code is None:
        sample = Sample.of(
            post=np.random.default_rng(4).normal(size=3 * len(site)),
            treated=begun * 3, cluster=site * 3, stratum=period * 3,
        )  # fmt: skip
        assert effects.stepped(sample).effect.value is not None
        return
    with pytest.raises(Refused) as refused:
        effects.stepped(sample)
    assert refused.value.code == code


def test_without_site_or_period_it_says_what_is_missing():
    sample, _rows = steps()
    with pytest.raises(Refused, match="lieu et la période"):
        effects.stepped(Sample(treated=sample.treated, post=sample.post))


def test_the_sentences_say_what_it_supposes_and_what_it_cannot_show():
    sample, _rows = steps()
    said = " ".join(each.text for each in of_result(effects.stepped(sample), Words("note")))
    assert "comparés à ceux qui attendent" in said and "12 lieux" in said
    assert "atteint dès le démarrage" in said
    assert "l’ordre des départs" in said
    drawn = " ".join(
        each.text for each in of_result(effects.stepped(sample), Words("note", randomised=True))
    )
    assert "plus de comparaison" in drawn


def test_the_program_finds_it_again(tmp_path: Path):
    sample, _rows = steps()
    result = effects.stepped(sample)
    assert run(tmp_path, script.of_result(result), script.DATA, script.data_csv(sample)) == "OK"


def test_a_hundred_thousand_lines_stay_light():
    import resource
    import time

    sample, _rows = steps(sites=200, periods=10, units=49)
    assert len(sample.post) > 90_000
    before = time.perf_counter()
    effects.stepped(sample)
    assert time.perf_counter() - before < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_500_000
