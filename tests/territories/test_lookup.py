"""What people type, and what they find."""

from __future__ import annotations

import pytest

from essaim.territories.lookup import designate, designate_all, search
from essaim.territories.models import Territory
from tests.territories.factories import TerritoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("france")]


def labels(text: str, **options: object) -> list[str]:
    return [territory.label for territory in search(text, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("grenoble", "Grenoble (38)"),
        ("GRENOBLE", "Grenoble (38)"),
        ("isère", "Isère (38)"),
        ("isere", "Isère (38)"),
        ("  Échirolles ", "Échirolles (38)"),
        ("echir", "Échirolles (38)"),
        ("st-etienne", "Saint-Étienne (42)"),
        ("l'isle d'abeau", "L'Isle-d'Abeau (38)"),
        ("hérouville st clair", "Hérouville-Saint-Clair (14)"),
        ("paris", "Paris (75)"),
        ("auvergne", "Auvergne-Rhône-Alpes"),
        ("rochelle la", "CA de La Rochelle"),
        ("38185", "Grenoble (38)"),
        ("38000", "Grenoble (38)"),
        ("38", "Isère (38)"),
        ("2A", "Corse-du-Sud (2A)"),
        ("2a004", "Ajaccio (2A)"),
        ("200040715", "Grenoble-Alpes-Métropole"),
        ("200 040 715", "Grenoble-Alpes-Métropole"),
        ("saint-denis 93", "Saint-Denis (93)"),
        ("Saint-Denis (93)", "Saint-Denis (93)"),
        ("pierrefitte-sur-seine", "Saint-Denis (93)"),
        ("alsace", "Grand Est"),
        ("œting", "Œting (57)"),
    ],
)
def test_the_first_proposal(text: str, first: str) -> None:
    assert labels(text)[0] == first


def test_namesakes_are_told_apart_and_the_largest_comes_first() -> None:
    found = labels("saint-denis")
    assert found[:4] == [
        "Saint-Denis (974)",
        "Saint-Denis (93)",
        "Saint-Denis (11)",
        "Saint-Denis (30)",
    ]
    assert len(found) == 10


def test_the_beginning_of_a_name_comes_before_a_word_inside() -> None:
    found = labels("lyon")
    assert found.index("Lyon (69)") < found.index("Lyons-la-Forêt (27)")
    assert found.index("Lyons-la-Forêt (27)") < found.index("Métropole de Lyon")


def test_whoever_types_a_number_finds_communes_before_intercommunalities() -> None:
    assert labels("24")[:3] == ["Centre-Val de Loire", "Dordogne (24)", "Périgueux (24)"]
    assert {t.kind for t in search("243")} == {"commune"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("grenble", "Grenoble (38)"),
        ("montpelier", "Montpellier (34)"),
        ("bordeau", "Bordeaux (33)"),
    ],
)
def test_a_slip_of_the_finger_is_forgiven(text: str, meant: str) -> None:
    assert meant in labels(text)


@pytest.mark.parametrize(
    "text", ["", "   ", "zzzzzz", "'; DROP TABLE x; --", "%", "_", "\x00", "🏘", "<?>", "x" * 10_000]
)
def test_nothing_is_found_and_nothing_breaks(text: str) -> None:
    assert search(text) == []
    assert designate(text).territory is None


def test_only_the_kinds_asked_for() -> None:
    assert {t.kind for t in search("grenoble", kinds=["epci"])} == {"epci"}
    assert designate("commune:38185", kinds=["department"]).territory is None


def test_what_is_gone_is_not_proposed() -> None:
    Territory.objects.filter(label="Grenoble (38)").update(gone_on="2027-01-01")
    assert "Grenoble (38)" not in labels("grenoble")


def test_each_search_makes_few_queries(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for text in ("grenoble", "s", "saint denis", "zzzzzz", "38000"):
        with django_assert_max_num_queries(4):
            search(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Grenoble", "commune:38185"),
        ("38185", "commune:38185"),
        ("38000", "commune:38185"),
        ("commune:38185", "commune:38185"),
        ("dept : 1", "department:01"),
        ("Saint-Denis (93)", "commune:93066"),
        ("saint denis (93)", "commune:93066"),
        ("Saint-Denis (Réunion)", None),
        ("Isère", "department:38"),
        ("38", "department:38"),
        ("Paris (75)", "commune:75056"),
        ("Paris (département 75)", "department:75"),
        ("La Réunion", "region:04"),
        ("La Réunion (974)", "department:974"),
        ("Polynésie française", "department:987"),
        ("CC des Quatre Rivières (70)", "epci:247000623"),
        ("Pierrefitte-sur-Seine", "commune:93066"),
        ("Rhône-Alpes", "region:84"),
        ("grenoble alpes", "epci:200040715"),
    ],
)
def test_a_text_that_leaves_no_doubt(text: str, address: str | None) -> None:
    territory = designate(text).territory
    assert (territory.address if territory else None) == address


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("Saint-Denis", {"commune:93066", "commune:97411", "commune:11339", "commune:30247"}),
        ("Paris", {"commune:75056", "department:75"}),
        ("Vienne", {"commune:38544", "department:86"}),
        ("CC des Quatre Rivières", {"epci:247000623", "epci:247400666"}),
        ("24", {"region:24", "department:24"}),
        ("01400", {"commune:01093"}),
        ("grenble", {"commune:38185"}),
    ],
)
def test_a_text_that_asks_for_a_choice(text: str, among: set[str]) -> None:
    match = designate(text)
    assert match.territory is None
    assert among <= {territory.address for territory in match.candidates}


def test_every_label_designates_its_territory_alone() -> None:
    """What the combobox writes in the field is understood without it."""
    sample = list(Territory.objects.offered().order_by("code")[::700])
    sample += list(Territory.objects.offered().filter(kind__in=["region", "department"]))
    sample += [TerritoryFactory(kind="qpv", name="Normandie", label="Normandie (QP1)", code="QP1")]
    for territory in sample:
        assert designate(territory.label).territory == territory, territory.label


def test_many_labels_cost_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    rows = list(Territory.objects.offered().filter(kind="department")[:100])
    with django_assert_num_queries(1):
        matches = designate_all([row.label for row in rows])
    assert [matches[row.label].territory for row in rows] == rows
