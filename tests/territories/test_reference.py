"""The shipped territories: complete, without a broken link, and safe for the cases that mislead."""

import gzip
from collections import Counter
from pathlib import Path

import pytest

from essaim.territories.reference import (
    KINDS,
    FormerCommune,
    Reference,
    ReferenceTerritory,
    parse_reference,
    read_territories,
)

Territories = dict[Reference, ReferenceTerritory]


@pytest.fixture(scope="module")
def territories() -> Territories:
    return {territory.reference: territory for territory in read_territories()}


def find(territories: Territories, text: str) -> ReferenceTerritory:
    return territories[parse_reference(text)]


def parents_of(territories: Territories, text: str) -> list[str]:
    return [str(parent) for parent in find(territories, text).parents]


def of_kind(territories: Territories, kind: str) -> list[ReferenceTerritory]:
    return [territory for territory in territories.values() if territory.kind == kind]


def containers(territories: Territories, territory: ReferenceTerritory) -> set[Reference]:
    """Everything above a territory, at any distance."""
    found: set[Reference] = set()
    ahead = list(territory.parents)
    while ahead:
        reference = ahead.pop()
        found.add(reference)
        ahead.extend(territories[reference].parents)
    return found


def test_all_of_france_is_there(territories: Territories) -> None:
    assert Counter(territory.kind for territory in territories.values()) == {
        "country": 1,
        "region": 26,
        "department": 109,
        "epci": 1_255,
        "commune": 34_969,
    }
    assert len(list(read_territories())) == len(territories), "a reference is listed twice"


def test_rows_come_parents_first_then_by_code(territories: Territories) -> None:
    order = [(KINDS.index(territory.kind), territory.code) for territory in territories.values()]
    assert order == sorted(order)


def test_every_parent_exists_and_comes_before_its_child(territories: Territories) -> None:
    seen: set[Reference] = set()
    for territory in territories.values():
        assert seen.issuperset(territory.parents), f"{territory.reference}: unknown parent"
        seen.add(territory.reference)


def test_each_kind_hangs_where_it_should(territories: Territories) -> None:
    shapes = {
        kind: Counter(
            tuple(parent.kind for parent in territory.parents)
            for territory in of_kind(territories, kind)
        )
        for kind in KINDS
    }
    assert shapes == {
        "country": {(): 1},
        "region": {("country",): 26},
        "department": {("region",): 109},
        "epci": {("department",): 1_166, ("region",): 63, ("country",): 26},
        "commune": {("department", "epci"): 34_871, ("department",): 98},
    }


def test_every_commune_is_in_one_department_one_region_and_france(
    territories: Territories,
) -> None:
    for commune in of_kind(territories, "commune"):
        above = Counter(reference.kind for reference in containers(territories, commune))
        assert (above["department"], above["region"], above["country"]) == (1, 1, 1), commune


def test_an_epci_stands_in_the_smallest_territory_that_holds_all_its_communes(
    territories: Territories,
) -> None:
    departments: dict[Reference, set[Reference]] = {}
    for commune in of_kind(territories, "commune"):
        department, *epci = commune.parents
        for reference in epci:
            departments.setdefault(reference, set()).add(department)
    assert len(departments) == 1_255, "an EPCI has no commune"
    for reference, members in departments.items():
        regions = {territories[department].parents[0] for department in members}
        (parent,) = territories[reference].parents
        if len(members) == 1:
            assert parent in members
        elif len(regions) == 1:
            assert parent in regions
        else:
            assert parent == Reference("country", "FR")


def test_an_epci_across_departments_has_no_department(territories: Territories) -> None:
    # Vienne Condrieu: Isère and Rhône, one region. Redon: Brittany and Pays de la Loire.
    assert parents_of(territories, "epci:200077014") == ["region:84"]
    assert parents_of(territories, "epci:243500741") == ["country:FR"]
    assert parents_of(territories, "epci:200040715") == ["department:38"]


def test_98_communes_have_no_epci(territories: Territories) -> None:
    alone = [c for c in of_kind(territories, "commune") if len(c.parents) == 1]
    islands = {c.name for c in alone if find(territories, str(c.parents[0])).nature == "metro"}
    assert len(alone) == 98
    assert islands == {"Île-de-Bréhat", "Ouessant", "Île-de-Sein", "L'Île-d'Yeu"}


def test_1441_names_are_shared_by_communes_that_their_department_tells_apart(
    territories: Territories,
) -> None:
    communes = of_kind(territories, "commune")
    names = Counter(commune.name for commune in communes)
    assert sum(count > 1 for count in names.values()) == 1_441
    labels = Counter((commune.name, commune.parents[0]) for commune in communes)
    assert max(labels.values()) == 1


def test_saint_denis_is_two_communes(territories: Territories) -> None:
    namesakes = {c.code: c for c in of_kind(territories, "commune") if c.name == "Saint-Denis"}
    assert {"93066", "97411"} <= set(namesakes)
    assert namesakes["93066"].parents[0] == Reference("department", "93")
    assert namesakes["97411"].parents[0] == Reference("department", "974")
    assert Reference("region", "11") in containers(territories, namesakes["93066"])
    assert Reference("region", "04") in containers(territories, namesakes["97411"])


def test_a_department_is_not_enough_to_tell_epci_apart(territories: Territories) -> None:
    namesakes = [e for e in of_kind(territories, "epci") if e.name == "CC des Quatre Rivières"]
    assert {str(epci.parents[0]) for epci in namesakes} == {"department:70", "department:74"}


def test_codes_keep_their_zeros_and_letters(territories: Territories) -> None:
    assert find(territories, "commune:01001").name == "L'Abergement-Clémenciat"
    assert find(territories, "region:01").name == "Guadeloupe"
    assert find(territories, "department:01").name == "Ain"
    assert find(territories, "commune:2A004").name == "Ajaccio"
    assert parents_of(territories, "department:2A") == ["region:94"]


def test_paris_lyon_and_marseille_are_communes_without_their_arrondissements(
    territories: Territories,
) -> None:
    for code, name in {"75056": "Paris", "69123": "Lyon", "13055": "Marseille"}.items():
        assert find(territories, f"commune:{code}").name == name
    for code in ("75101", "69381", "13201"):
        assert Reference("commune", code) not in territories
    assert "75011" in find(territories, "commune:75056").postal_codes


def test_overseas_collectivities_are_departments_of_their_own(territories: Territories) -> None:
    collectivities = [d for d in of_kind(territories, "department") if d.nature == "com"]
    assert len(collectivities) == 8
    for collectivity in collectivities:
        assert collectivity.parents == (Reference("region", collectivity.code),)


def test_an_unknown_population_is_not_a_null_one(territories: Territories) -> None:
    communes = of_kind(territories, "commune")
    assert find(territories, "commune:55189").population == 0, "Fleury-devant-Douaumont"
    assert sum(commune.population == 0 for commune in communes) == 6
    unknown = {commune.code for commune in communes if commune.population is None}
    assert unknown == {"98411", "98412", "98413", "98414", "98415", "98901"}
    assert find(territories, "department:984").population is None
    assert find(territories, "region:989").population is None


def test_populations_add_up_from_communes_to_france(territories: Territories) -> None:
    sums: Counter[Reference] = Counter()
    for commune in of_kind(territories, "commune"):
        for reference in containers(territories, commune):
            sums[reference] += commune.population or 0
    for kind in ("country", "region", "department"):
        for territory in of_kind(territories, kind):
            assert (territory.population or 0) == sums[territory.reference], territory.reference
    for epci in of_kind(territories, "epci"):
        assert epci.population == sums[epci.reference], epci.reference
    assert find(territories, "country:FR").population == 68_952_941


def test_a_former_name_leads_to_the_commune_of_today(territories: Territories) -> None:
    assert FormerCommune("93059", "Pierrefitte-sur-Seine") in (
        find(territories, "commune:93066").former
    )
    # Arbignieu gave its code to the commune that absorbed it: its name still finds it.
    assert find(territories, "commune:01015").former == (
        FormerCommune("01015", "Arbignieu"),
        FormerCommune("01340", "Saint-Bois"),
    )
    # Absorbed without becoming a delegated commune: the source has a code and no name.
    assert FormerCommune("01126", "") in find(territories, "commune:01033").former


def test_a_former_code_leads_to_one_commune_and_never_to_another_living_one(
    territories: Territories,
) -> None:
    codes: Counter[str] = Counter()
    for commune in of_kind(territories, "commune"):
        for former in commune.former:
            codes[former.code] += 1
            assert former != (commune.code, commune.name)
            assert former.code == commune.code or Reference("commune", former.code) not in (
                territories
            )
    assert max(codes.values()) == 1


def test_codes_and_names_are_clean(territories: Territories) -> None:
    sirens = Counter(territory.siren for territory in territories.values() if territory.siren)
    assert max(sirens.values()) == 1
    assert all(len(siren) == 9 and siren.isdigit() for siren in sirens)
    for territory in territories.values():
        assert territory.name and territory.name == " ".join(territory.name.split())
        assert all(len(code) == 5 and code.isdigit() for code in territory.postal_codes)
        if territory.kind == "epci":
            assert territory.siren == territory.code


def test_a_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.tsv.gz"
    path.write_bytes(gzip.compress(b"kind\tcode\ncommune\t75056\n"))
    with pytest.raises(ValueError, match="unknown columns"):
        next(read_territories(path))
