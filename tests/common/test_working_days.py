"""Delays in working days, over weekends and public holidays."""

from __future__ import annotations

import datetime as dt

import pytest

from essaim.common.working_days import easter, is_working, working_days_after


@pytest.mark.parametrize(
    "day",
    # As published: among them the earliest and the latest Easter of two centuries.
    ["1818-03-22", "1943-04-25", "2000-04-23", "2024-03-31", "2026-04-05", "2038-04-25"],
)
def test_easter(day: str) -> None:
    assert easter(int(day[:4])) == dt.date.fromisoformat(day)


def test_the_eleven_holidays_of_a_year() -> None:
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    found = [each.isoformat()[5:] for each in days if each.weekday() < 5 and not is_working(each)]
    # Of 2026, those on a Saturday or a Sunday apart: 15 August and 1 November.
    assert found == [
        "01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "11-11", "12-25",
    ]  # fmt: skip


def test_a_delay_is_in_working_days() -> None:
    friday = dt.date(2026, 11, 20)
    assert working_days_after(friday, 2) == dt.date(2026, 11, 24)
    eve = dt.date(2026, 12, 24)  # a Thursday: Christmas, then a weekend
    assert working_days_after(eve, 2) == dt.date(2026, 12, 29)
    assert working_days_after(friday, 0) == friday
