"""Working days in France: neither a weekend nor one of the eleven public holidays (code du travail,
art. L3133-1; those of Alsace-Moselle and overseas apart)."""

from __future__ import annotations

import datetime as dt

_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday


def easter(year: int) -> dt.date:
    """Sunday of Easter, Gregorian calendar (Meeus, Jones and Butcher's computation)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * j) // 451
    month, day = divmod(h + j - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


def is_working(day: dt.date) -> bool:
    if day.weekday() >= 5 or (day.month, day.day) in _FIXED:
        return False
    return (day - easter(day.year)).days not in _AFTER_EASTER


def working_days_after(day: dt.date, days: int) -> dt.date:
    """The working day that comes that many working days after."""
    while days:
        day += dt.timedelta(days=1)
        days -= is_working(day)
    return day
