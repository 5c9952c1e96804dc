"""The bench's own steps, small: that they run and say what they did, not how fast."""

from __future__ import annotations

import pytest

from essaim.matching import bench
from essaim.matching.models import Match
from essaim.needs.models import Need
from tests.matching.helpers import known, meaning, theme
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def test_needs_are_written_answered_and_compared() -> None:
    TerritoryFactory(kind="epci")
    theme("mobilite")
    told: list[str] = []
    with meaning():
        bench._needs(4, told.append)
        assert Need.objects.count() == 4 and told
        bench._needs(4, told.append)  # there already
        assert len(told) == 1
        for need in Need.objects.all():
            known(need.text)
        assert len(bench._answers(2)) == 4  # too few to warm up: all are told
        done = bench._compare(4)
    assert done["cards"] == 4 and done["matches"] == Match.objects.count() >= 4
    assert done["told"] == 4 and done["seconds"] >= 0
