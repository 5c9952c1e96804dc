"""Who is in difficulty, worked out by hand; nothing is ever imputed."""

from __future__ import annotations

import pytest

from essaim.dialogues.difficulty import Read, Rule, read

SERIES = {
    1: {2022: 30.0, 2024: 44.0},
    2: {2024: 40.0},
    3: {2021: 50.0, 2024: 39.5},
    4: {},
}


def statuses(rule: Rule) -> dict[int, str]:
    return {key: found.status for key, found in read(rule, SERIES).items()}


def test_a_threshold_is_reached_or_passed() -> None:
    assert statuses(Rule("threshold", True, 40.0)) == {
        1: "difficulty", 2: "difficulty", 3: "fine", 4: "missing",
    }  # fmt: skip
    assert statuses(Rule("threshold", False, 40.0)) == {
        1: "fine", 2: "difficulty", 3: "difficulty", 4: "missing",
    }  # fmt: skip


def test_the_latest_value_counts_with_its_year() -> None:
    found = read(Rule("threshold", True, 40.0), SERIES)
    assert (found[1].value, found[1].year) == (44.0, 2024)
    assert found[4] == Read("missing")


def test_a_rank_leaves_out_who_has_no_value() -> None:
    found = read(Rule("rank", True, count=1), SERIES)
    assert {k: f.status for k, f in found.items()} == {
        1: "difficulty", 2: "fine", 3: "fine", 4: "missing",
    }  # fmt: skip
    assert (found[3].place, found[3].known) == (3, 3)
    assert read(Rule("rank", False, count=1), SERIES)[3].status == "difficulty"


def test_equals_share_their_place() -> None:
    found = read(Rule("rank", True, count=1), {1: {2024: 5.0}, 2: {2024: 5.0}, 3: {2024: 1.0}})
    assert [found[k].status for k in (1, 2, 3)] == ["difficulty", "difficulty", "fine"]
    assert found[3].place == 3


@pytest.mark.parametrize("series", [{1: {2024: 5.0}}, {1: {2024: 5.0}, 2: {2024: 5.0}}])
def test_alone_or_all_equal_a_rank_tells_nothing(series: dict[int, dict[int, float]]) -> None:
    assert {f.status for f in read(Rule("rank", True, count=1), series).values()} == {"fine"}


def test_a_trend_looks_at_its_years_alone() -> None:
    found = read(Rule("trend", True, 10.0, 2), SERIES)
    assert found[1].status == "difficulty"
    assert (found[1].earlier, found[1].earlier_year) == (30.0, 2022)
    assert found[2].status == "single"
    assert found[3].status == "single"  # its other value is three years old
    assert found[4].status == "missing"
    assert read(Rule("trend", False, 10.0, 3), SERIES)[3].status == "difficulty"


def test_decimals_that_add_up_reach_the_limit() -> None:
    series = {1: {2023: 0.2, 2024: 0.3}}
    assert read(Rule("trend", True, 0.1, 1), series)[1].status == "difficulty"
