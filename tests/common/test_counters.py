"""Attempts are counted for all processes together, in a window that ends when it ends."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from essaim.common import counters
from essaim.common.counters import count
from tests.at_once import at_once


@pytest.mark.django_db
def test_each_window_begins_anew(monkeypatch: Any) -> None:
    now = 7200.0 * 1000
    monkeypatch.setattr(counters, "time", SimpleNamespace(time=lambda: now))
    assert [count("tries", 3600) for _ in range(3)] == [1, 2, 3]
    assert count("others", 3600) == 1
    now += 3600
    assert count("tries", 3600) == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_two() -> None:
    found: list[int] = []
    at_once(*[lambda: found.append(count("at-once", 3600))] * 4)
    assert sorted(found) == [1, 2, 3, 4]
