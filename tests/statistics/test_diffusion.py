"""Bass' model: published series, robustness to files, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.utils import translation

from essaim.statistics import diffusion
from essaim.statistics.notices import Refused
from essaim.statistics.sentences.diffusion import moment

# Sales in thousands of the durables of Bass 1969; estimates of Srinivasan & Mason 1986 (interval
# form, nonlinear least squares), which print four decimals.
ROOM_AIR_CONDITIONERS = [96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500]
COLOUR_TELEVISIONS = [747, 1480, 2646, 5118, 5777, 5982, 5962, 4631]
CLOTHES_DRYERS = [106, 319, 492, 635, 737, 890, 1397, 1523, 1294, 1240, 1425, 1260, 1236]
INTERVAL = [
    (ROOM_AIR_CONDITIONERS, 0.0094, 0.3748, 18_713),
    (COLOUR_TELEVISIONS, 0.0185, 0.6159, 39_659),
    (CLOTHES_DRYERS, 0.0136, 0.3267, 16_497),
]
# Video recorders, 1980–1989 (US homes, thousands); density form by R's nls (« Bass model » notes,
# rpubs.com/chengjun/bass_model): M 6.80e4, P 6.59e-3, Q 6.38e-1, residual error 727 on 7 df.
VIDEO_RECORDERS = [840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890]


def of(values: list[float], **more: Any) -> diffusion.Forecast:
    draws = more.pop("draws", 0)
    series = diffusion.of(range(1, len(values) + 1), values)
    return diffusion.forecast(series, draws=draws, **more)


@pytest.mark.parametrize(("sales", "p", "q", "m"), INTERVAL)
def test_interval_form_of_published_durables(
    sales: list[float], p: float, q: float, m: float
) -> None:
    found = of(sales)
    assert found.p == pytest.approx(p, abs=6e-5)
    assert found.q == pytest.approx(q, abs=6e-5)
    assert found.m == pytest.approx(m, abs=1)
    assert found.form == "interval"
    assert found.market == "free"
    assert found.peak_time == pytest.approx(np.log(found.q / found.p) / (found.p + found.q))
    assert found.peak == pytest.approx(found.m * (found.p + found.q) ** 2 / (4 * found.q))


def test_density_form_of_video_recorders() -> None:
    found = of(VIDEO_RECORDERS, form="density")
    assert found.m == pytest.approx(6.80e4, abs=50)
    assert found.p == pytest.approx(6.59e-3, abs=5e-6)
    assert found.q == pytest.approx(6.38e-1, abs=5e-4)
    assert found.rmse * np.sqrt(10 / 7) == pytest.approx(727, abs=0.5)


@pytest.mark.parametrize("form", ["interval", "density"])
@pytest.mark.parametrize("market", [None, 5000.0])
def test_a_curve_without_noise_is_found_again(form: Any, market: float | None) -> None:
    values = 5000 * diffusion.per_period(np.arange(1.0, 21), 0.01, 0.4, form)
    found = of(list(values), form=form, market=market, draws=20)
    assert (found.p, found.q, found.m) == pytest.approx((0.01, 0.4, 5000), rel=1e-4)
    assert found.rmse < 1e-2
    assert found.ci["q"][0] == pytest.approx(found.ci["q"][1], rel=1e-3)


def test_years_are_times_too_and_intervals_hold_the_estimate() -> None:
    series = diffusion.of(range(1949, 1962), ROOM_AIR_CONDITIONERS)
    found = diffusion.forecast(series, draws=60)
    assert found.peak_time == pytest.approx(1948 + 9.58, abs=0.01)
    for name in ("p", "q", "m", "peak_time", "peak"):
        low, high = found.ci[name]
        assert low < getattr(found, name) < high
    assert diffusion.forecast(series, draws=60) == found  # the seed is kept
    assert diffusion.forecast(series, draws=60, seed=7).ci != found.ci
    parametric = diffusion.forecast(series, draws=60, bootstrap="parametric")
    assert parametric.ci["m"][0] < found.m < parametric.ci["m"][1]
    again = diffusion.Forecast.from_dict(json.loads(json.dumps(found.to_dict())))
    assert again.points[0] == found.points[0]
    last = found.points[12]
    assert (last.t, last.observed) == (1961, 1500)
    assert last.cumulative_low < last.cumulative < last.cumulative_high < found.ci["m"][1]


def test_missing_periods_are_unknown_not_zero() -> None:
    values: list[float | None] = [
        float(v) for v in 5000 * diffusion.per_period(np.arange(1.0, 21), 0.01, 0.4, "interval")
    ]
    values[6] = None
    times = [t for t in range(1, 21) if t != 12]
    kept = [values[t - 1] for t in times]
    shuffled = list(reversed(range(len(times))))
    series = diffusion.of([times[i] for i in shuffled], [kept[i] for i in shuffled])
    found = diffusion.forecast(series, draws=0)
    assert (found.p, found.q, found.m) == pytest.approx((0.01, 0.4, 5000), rel=1e-3)
    codes = {notice.code for notice in found.warnings}
    assert {"unsorted_times", "unknown_periods", "gaps_in_time"} <= codes


def test_running_totals_are_read_as_such() -> None:
    totals = list(np.cumsum(ROOM_AIR_CONDITIONERS))
    found = diffusion.forecast(diffusion.of(range(1, 14), totals, cumulative=True), draws=0)
    assert found.q == pytest.approx(0.3748, abs=6e-5)
    suspected = diffusion.of(range(1, 14), totals)
    assert [notice.code for notice in suspected.notices] == ["looks_cumulative"]


REFUSED = [
    ("too_short", [1, 2], None),
    ("too_short", [1, 4, 2], 100.0),
    ("too_short", [], None),
    ("zeros", [0] * 10, None),
    ("zeros", [0] * 10, 50.0),
    ("hardly_any", [0, 0, 3, 0, 0, 0], 50.0),
    ("negative", [3, 5, -1, 4, 6, 2], None),
    ("before_inflection", [1, 2, 4, 8, 16, 32, 64], None),
    ("before_inflection", ROOM_AIR_CONDITIONERS[:6], None),
    ("market_below", ROOM_AIR_CONDITIONERS, 10_000.0),
    ("market", ROOM_AIR_CONDITIONERS, -5.0),
    ("market", ROOM_AIR_CONDITIONERS, float("nan")),
    ("huge", [1, 2, 3, 4, 1e15, 2], None),
]


@pytest.mark.parametrize(("code", "values", "market"), REFUSED)
def test_refused_with_a_word(code: str, values: list[float], market: float | None) -> None:
    with pytest.raises(Refused) as refused:
        of(values, market=market)
    assert refused.value.code == code
    assert str(refused.value.message)


def test_a_given_market_is_not_asked_for_again() -> None:
    for market, said in ((None, True), (100.0, False)):
        with pytest.raises(Refused) as refused:
            of([1, 2], market=market)
        assert ("si la taille du marché est donnée" in str(refused.value.message)) == said


@pytest.mark.parametrize(("language", "year"), [("fr", "2014,0"), ("en", "2014.0")])
def test_a_year_is_written_as_one(language: str, year: str) -> None:
    with translation.override(language):
        assert moment(2014.0, 1.0) == year


def test_times_that_mean_nothing_are_refused() -> None:
    for code, times in (("same_time", [1, 2, 2, 3]), ("irregular", [1, 2, 3.5, 4.1])):
        with pytest.raises(Refused) as refused:
            diffusion.of(times, [1, 2, 3, 4])
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        diffusion.of([1, 2, 3], [5, 4, 6], cumulative=True)
    assert refused.value.code == "decreasing"


DECIMAL_TIMES = {
    "tenths": [n / 10 for n in range(1, 14)],
    "tenths of years": [float(f"{2015 + n / 10:.1f}") for n in range(1, 14)],
    "months": [n / 12 for n in range(1, 14)],
    "months of years": [2015 + n / 12 for n in range(1, 14)],
    "months as written": [round(n / 12, 5) for n in range(1, 14)],
}


@pytest.mark.parametrize("times", DECIMAL_TIMES.values(), ids=DECIMAL_TIMES)
def test_decimal_times_say_what_whole_ones_say(times: list[float]) -> None:
    whole = of(ROOM_AIR_CONDITIONERS)
    found = diffusion.forecast(diffusion.of(times, ROOM_AIR_CONDITIONERS), draws=0)
    assert (found.p, found.q, found.m) == (whole.p, whole.q, whole.m)
    assert [p.observed for p in found.points] == [p.observed for p in whole.points]
    assert [p.t for p in found.points[:13]] == times
    assert found.last == times[-1]
    assert [n.code for n in found.warnings] == [n.code for n in whole.warnings]


def test_a_launch_is_the_beginning_of_a_period() -> None:
    times = list(range(2015, 2028))
    earlier = diffusion.forecast(
        diffusion.of(times, ROOM_AIR_CONDITIONERS, launch=2012), draws=0, market=20_000
    )
    assert (earlier.launch, earlier.points[0].t, earlier.points[2].t) == (2012, 2013, 2015)
    assert [p.observed for p in earlier.points[:3]] == [None, None, 96]
    for launch in (2014.5, 2013.9, 2016, float("nan"), -1e9):
        with pytest.raises(Refused) as refused:
            diffusion.of(times, ROOM_AIR_CONDITIONERS, launch=launch)
        assert refused.value.code == "launch"


def test_falling_from_the_start_is_said() -> None:
    found = of([40, 30, 22, 17, 12, 9, 7, 5], draws=0)
    assert "no_imitation" in {notice.code for notice in found.warnings}
    assert found.peak_time == 0


def test_a_fixed_market_before_its_peak_is_told_to_rest_on_it() -> None:
    found = of(ROOM_AIR_CONDITIONERS[:6], market=18_000.0, draws=20)
    assert "peak_ahead" in {notice.code for notice in found.warnings}
    assert found.ci["m"] == (18_000, 18_000)
    assert found.peak_time > 6


def ask(capsys: pytest.CaptureFixture[str], *line: str, expect: int = 0) -> dict[str, Any]:
    status = 0
    try:
        call_command("forecast", *line, "--format", "json")
    except SystemExit as left:
        status = int(left.code)
    assert status == expect
    return json.loads(capsys.readouterr().out)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rac.csv"
    lines = [f"{t},{v}" for t, v in enumerate(ROOM_AIR_CONDITIONERS, start=1)]
    path.write_text("\n".join(["t,adoptions", *lines]))
    answer = ask(capsys, str(path), "--draws", "40")
    assert {"p", "q", "m", "ci", "peak_time", "peak", "rmse", "warnings"} <= set(answer)
    assert answer["status"] == "done"
    assert answer["form"] == "interval"
    assert answer["adoptions_are"] == "per_period"
    assert set(answer["ci"]) == {"p", "q", "m", "peak_time", "peak"}
    density = ask(capsys, str(path), "--form", "density", "--draws", "0")
    assert density["p"] != pytest.approx(answer["p"], abs=1e-3)
    fixed = ask(capsys, str(path), "--market", "20000", "--draws", "0")
    assert (fixed["market"], fixed["m"]) == ("fixed", 20000)
    assert ask(capsys, str(path), "--market", "100", expect=1)["code"] == "market_below"
    assert ask(capsys, str(tmp_path / "none.csv"), expect=2)["status"] == "usage"
    call_command("forecast", str(path), "--draws", "10", "--language", "en")
    assert "The peak has passed" in capsys.readouterr().out


def test_a_launch_off_the_step_is_refused_in_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "years.csv"
    lines = [f"{t},{v}" for t, v in enumerate(ROOM_AIR_CONDITIONERS, start=2015)]
    path.write_text("\n".join(["t,adoptions", *lines]))
    given = (str(path), "--draws", "0", "--launch")
    answer = ask(capsys, *given, "2014.5", expect=1)
    assert (answer["status"], answer["code"]) == ("refused", "launch")
    assert ask(capsys, *given, "2014")["launch"] == 2014


def test_a_fault_of_ours_is_one_json_document_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any, **more: Any) -> None:
        raise ZeroDivisionError

    path = tmp_path / "one.csv"
    path.write_text("t,adoptions\n1,3\n2,4\n")
    monkeypatch.setattr(diffusion, "forecast", broken)
    with pytest.raises(ZeroDivisionError):
        call_command("forecast", str(path), "--format", "json")
    assert json.loads(capsys.readouterr().out)["status"] == "failed"


def test_files_as_spreadsheets_write_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "reprises.csv"
    rows = [f"{2000 + t};{v / 10:.1f}".replace(".", ",") for t, v in enumerate(COLOUR_TELEVISIONS)]
    path.write_bytes("\r\n".join(["Année;Reprises", *reversed(rows)]).encode("utf-8-sig"))
    answer = ask(capsys, str(path), "--draws", "0")
    assert answer["q"] == pytest.approx(0.6159, abs=6e-5)
    assert answer["m"] == pytest.approx(3965.9, abs=0.1)
    assert len(answer["warnings"]) == 1
    path.write_text("t,adoptions\n1,3\n2,abc\n,5\n2020-01-01,4\n")
    answer = ask(capsys, str(path), expect=1)
    assert [(p["line"], p["code"]) for p in answer["problems"]] == [
        (3, "text"), (4, "missing"), (5, "date"),
    ]  # fmt: skip
    path.write_text("year\n1\n")
    assert ask(capsys, str(path), expect=1)["status"] == "refused"
    path.write_text("t,adoptions\n")
    assert ask(capsys, str(path), expect=1)["code"] == "no_rows"
