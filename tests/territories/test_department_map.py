"""The grid of departments: every one has its tile, and its own."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string

from essaim.people.models import Organisation
from essaim.territories.department_map import PLACES, count_by_department, departments_of, draw
from essaim.territories.models import Overlap
from tests.people.factories import OrganisationFactory
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


def test_the_picture_says_the_numbers_of_its_tiles() -> None:
    picture = render_to_string(
        "territories/_department_map.html", {"map": draw({"38": 1234}), "label": "Sites & co"}
    )
    assert picture.count("<rect ") == len(PLACES) and "Sites &amp; co" in picture
    (x, y) = PLACES["38"]
    assert f'<rect x="{x}" y="{y}"' in picture
    values = re.findall(r'department-map__value"[^>]*>([^<]*)<', picture)
    assert [re.sub(r"\D", "", value) for value in values] == ["1234"]


@pytest.mark.django_db
def test_rows_are_counted_by_department_and_beyond() -> None:
    region = TerritoryFactory(kind="region", code="84")
    isere = TerritoryFactory(kind="department", code="38", inside=[region], name="Isère")
    rhone = TerritoryFactory(kind="department", code="69", inside=[region], name="Rhône")
    across = TerritoryFactory(kind="epci", code="200040715", inside=[region])
    for department in (isere, rhone):
        Overlap.objects.create(one=across, other=department)
    commune = TerritoryFactory(code="38185", inside=[isere, region])
    for place in (region, across, commune, commune, isere):
        OrganisationFactory(territory=place)
    found = count_by_department(Organisation.objects.order_by().values("territory_id"))
    assert found.departments == [("38", "Isère", 4), ("69", "Rhône", 1)]
    assert found.elsewhere == 1
    assert count_by_department(Organisation.objects.none().values("territory_id")).departments == []


@pytest.mark.django_db
def test_a_place_lies_in_its_department() -> None:
    region = TerritoryFactory(kind="region", code="84")
    isere = TerritoryFactory(kind="department", code="38", inside=[region])
    grenoble = TerritoryFactory(code="38185", inside=[isere])
    found = departments_of([region.pk, isere.pk, grenoble.pk])
    assert found == {isere.pk: ["38"], grenoble.pk: ["38"]}
