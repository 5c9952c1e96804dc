"""The bench's own steps, small: that they run and say what they did, not how fast."""

from __future__ import annotations

import pytest

from essaim.calls.models import Call
from essaim.funding.models import Pool
from essaim.matching import bench, bench_around
from essaim.matching.models import Match
from essaim.needs.models import Need
from essaim.sponsorship.models import Sponsor
from tests.matching.helpers import known, meaning, theme
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def test_needs_are_written_answered_and_compared() -> None:
    for kind in ("epci", "commune", "department"):
        TerritoryFactory(kind=kind)
    theme("mobilite")
    told: list[str] = []
    with meaning():
        bench._needs(4, told.append)
        assert Need.objects.count() == 4 and told
        bench._needs(4, told.append)  # there already
        assert len(told) == 1
        for need in Need.objects.all():
            known(need.text)
        bench_around.fill(3, told.append)
        bench_around.fill(3, told.append)
        assert len(told) == 2
        assert Sponsor.objects.present().with_room().count() == 3
        assert Call.objects.taking_applications().count() == 3
        assert Pool.objects.alive().count() == 3
        assert len(bench._answers(2)) == 4  # too few to warm up: all are told
        done = bench._compare(4)
    assert done["cards"] == 4 and done["matches"] == Match.objects.count() >= 4
    assert done["told"] == 4 and done["seconds"] >= 0
