"""The grid of departments: every one has its tile, and its own."""

from __future__ import annotations

import pytest

from essaim.territories.department_map import PLACES, departments_of, draw
from tests.territories.factories import TerritoryFactory


def test_every_department_has_its_own_tile() -> None:
    mainland = {f"{n:02}" for n in range(1, 96)} - {"20"} | {"2A", "2B"}
    overseas = {"971", "972", "973", "974", "976", "975", "977", "978"}
    overseas |= {"984", "986", "987", "988", "989"}
    assert set(PLACES) == mainland | overseas
    assert len(set(PLACES.values())) == len(PLACES)


def test_the_colour_grows_with_the_number() -> None:
    tiles = {tile.code: tile for tile in draw({"38": 1, "974": 8, "50": 4}).tiles}
    assert [tiles[code].level for code in ("01", "38", "50", "974")] == [0, 1, 2, 4]
    assert draw({"69D": 2}).unplaced == {"69D": 2}
    assert all(tile.level == 0 for tile in draw({}).tiles)


@pytest.mark.django_db
def test_a_place_lies_in_its_department() -> None:
    region = TerritoryFactory(kind="region", code="84")
    isere = TerritoryFactory(kind="department", code="38", inside=[region])
    grenoble = TerritoryFactory(code="38185", inside=[isere])
    found = departments_of([region.pk, isere.pk, grenoble.pk])
    assert found == {isere.pk: ["38"], grenoble.pk: ["38"]}
