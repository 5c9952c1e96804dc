"""A group of territories is a place: what it contains, what contains it, what it shares."""

from __future__ import annotations

import pytest

from essaim.common.errors import DomainError
from essaim.territories import actions
from essaim.territories.actions.groups import free_code
from essaim.territories.lookup import designate
from essaim.territories.models import Overlap, Territory
from essaim.territories.resolve import resolve_territory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def land() -> dict[str, Territory]:
    """A region of two departments, an intercommunality across both, and a department elsewhere."""
    country = TerritoryFactory(kind="country", code="FR", name="France")
    region = TerritoryFactory(kind="region", code="R1", name="Région", inside=[country])
    one = TerritoryFactory(kind="department", code="D1", name="Un", inside=[region])
    two = TerritoryFactory(kind="department", code="D2", name="Deux", inside=[region])
    across = TerritoryFactory(kind="epci", code="200000001", name="À cheval", inside=[region])
    here = TerritoryFactory(name="Ici", population=10, inside=[one, across])
    there = TerritoryFactory(name="Là", population=5, inside=[two, across])
    alone = TerritoryFactory(name="Seule", population=3, inside=[one])
    far = TerritoryFactory(kind="department", code="D3", name="Loin", inside=[country])
    TerritoryFactory(name="Au loin", population=None, inside=[far])
    for pair in ((one, across), (two, across)):
        Overlap.objects.create(one=pair[0], other=pair[1])
        Overlap.objects.create(one=pair[1], other=pair[0])
    return {
        "country": country, "region": region, "one": one, "two": two, "across": across,
        "here": here, "there": there, "alone": alone, "far": far,
    }  # fmt: skip


def names(territories: object) -> set[str]:
    return {territory.name for territory in territories}  # type: ignore[attr-defined]


def group(*members: Territory, name: str = "Les Cimes") -> Territory:
    return actions.make_group(free_code(name), name, members)


def test_it_contains_its_members_and_what_lies_in_them_together(land: dict[str, Territory]) -> None:
    both = group(land["one"], land["two"])
    within = names(Territory.objects.within(both))
    assert {"Un", "Deux", "Ici", "Là", "Seule", "À cheval"} <= within
    # All of the region's communes: the region is in it too, and only the country contains it.
    assert names(Territory.objects.containing(both)) == {"France"}
    assert both.population == 18


def test_what_it_shares_is_near_without_being_inside(land: dict[str, Territory]) -> None:
    land["more"] = TerritoryFactory(name="De plus", inside=[land["region"]])
    mixed = group(land["one"], land["far"])
    assert names(Territory.objects.within(mixed)) == {"Un", "Loin", "Ici", "Seule", "Au loin"}
    assert names(Territory.objects.overlapping(mixed)) == {"Région", "À cheval"}
    assert names(Territory.objects.containing(mixed)) == {"France"}
    touching = names(Territory.objects.touching(land["here"]))
    assert "Les Cimes" in touching
    assert "Les Cimes" not in names(Territory.objects.touching(land["more"]))


def test_a_member_that_leaves_is_no_longer_in_it(land: dict[str, Territory]) -> None:
    both = group(land["one"], land["far"])
    actions.compose_group(both, [land["far"]])
    assert names(Territory.objects.within(both)) == {"Loin", "Au loin"}
    assert names(Territory.objects.overlapping(both)) == set()
    assert both.population is None


def test_two_groups_that_share_a_place_overlap(land: dict[str, Territory]) -> None:
    first, second = group(land["one"]), group(land["here"], name="Autre")
    assert Overlap.objects.filter(one=first, other=second).exists()
    assert Overlap.objects.filter(one=second, other=first).exists()
    assert not Territory.objects.within(first).filter(kind="group").exists()


def test_an_empty_group_contains_only_itself(land: dict[str, Territory]) -> None:
    empty = group()
    assert list(Territory.objects.touching(empty)) == [empty]


def test_a_zoning_loaded_afterwards_finds_the_groups(land: dict[str, Territory]) -> None:
    both = group(land["one"], land["two"])
    code = land["here"].code
    actions.import_zoning(f"code,name,communes\nP,Parc,{code}\n", "parc", "Parcs", by=None)
    assert "Parc" in names(Territory.objects.within(both))
    apart = group(land["far"], name="Ailleurs")
    assert "Parc" not in names(Territory.objects.touching(apart))


def test_codes_are_never_those_of_the_country_and_never_twice() -> None:
    TerritoryFactory(kind="parc", code="les-cimes")
    assert free_code("Les Cimes") == "les-cimes-2"
    assert free_code("Montagne") == "groupe-montagne"
    assert free_code("38185") == "groupe-38185"
    assert free_code("🐝") == "groupe-groupe"
    assert free_code("Les Cimes", taken=["Les-Cimes-2"]) == "les-cimes-3"
    assert len(free_code("x" * 150)) <= 30


def test_it_is_found_by_name_and_by_address(land: dict[str, Territory]) -> None:
    made = group(land["one"])
    again = actions.make_group(free_code("Les Cimes"), "Les Cimes", [land["two"]])
    assert designate("Les Cimes (groupe)").territory == made
    assert designate(again.label).territory == again
    assert resolve_territory("group:les-cimes").territory == made
    actions.end_group(made)
    assert designate("Les Cimes").territory == again


def test_neither_the_country_nor_a_group_is_a_member(land: dict[str, Territory]) -> None:
    made = group(land["one"])
    for refused in (land["country"], made):
        with pytest.raises(DomainError, match="ni le pays"):
            group(refused, name="Autre")


def test_a_refreshed_reference_leaves_groups_alone(land: dict[str, Territory]) -> None:
    made = group(land["one"])
    actions.rename_group(made, "Les Sommets")
    made.refresh_from_db()
    assert made.label == "Les Sommets (groupe)"
    assert made.code == "les-cimes"
    from essaim.territories.actions import closure

    closure.rebuild_zones()
    assert names(Territory.objects.within(made)) == {"Un", "Ici", "Seule"}
