"""Addresses as files write them: mended where that is certain, refused with a reason where not."""

from __future__ import annotations

import datetime as dt

import pytest

from essaim.territories.models import Territory
from essaim.territories.resolve import resolve_territories, resolve_territory
from tests.territories.factories import TerritoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("france")]


@pytest.mark.parametrize(
    "address",
    [
        "commune:38185",
        "epci:200040715",
        "department:38",
        "region:84",
        "country:FR",
        "commune:2A004",
    ],
)
def test_an_exact_address_needs_no_word(address: str) -> None:
    resolution = resolve_territory(address)
    assert resolution.territory is not None
    assert (resolution.territory.address, resolution.note) == (address, None)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("department:1", "department:01"),
        ("commune:1001", "commune:01001"),
        ("region:4", "region:04"),
        ("department:038", "department:38"),
        (" commune : 38185 ", "commune:38185"),
        ("Commune:38 185", "commune:38185"),
        ("COMMUNE:2a004", "commune:2A004"),
        ("dept:38", "department:38"),
        ("département:38", "department:38"),
        ("dép.:2b", "department:2B"),
        ("région:84", "region:84"),
        ("ville:38185", "commune:38185"),
        ("intercommunalité:200 040 715", "epci:200040715"),
        ("epci:20004071500019", "epci:200040715"),
        ("commune:213801855", "commune:38185"),
        ("pays:France", "country:FR"),
        ("France", "country:FR"),
        ("200040715", "epci:200040715"),
        ("2A", "department:2A"),
        ("commune:93059", "commune:93066"),  # Pierrefitte-sur-Seine, absorbed
        ("commune:75111", "commune:75056"),
        ("commune:13204", "commune:13055"),
        ("commune:69385", "commune:69123"),
        ("region:82", "region:84"),  # Rhône-Alpes
    ],
)
def test_what_is_certain_is_mended_and_said(given: str, meant: str) -> None:
    resolution = resolve_territory(given)
    assert resolution.territory is not None, resolution.note
    assert resolution.territory.address == meant
    assert resolution.note and "«" in resolution.note


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("", "vide"),
        ("Grenoble", "de quelle nature"),
        ("38", "de quelle nature"),
        ("38185", "code postal"),
        ("commune:38000", "commune:38185 (Grenoble)"),
        ("commune:99999", "aucun territoire"),
        ("department:99", "aucun territoire"),
        ("epci:213801855", "commune:38185"),
        ("epci:243800000", "aucun territoire"),
        ("canton:3801", "nature de territoire"),
        ("commune:", "de quelle nature"),
        (":38185", "code postal"),
        ("commune:\x00", "aucun territoire"),
        ("commune:'; DROP TABLE x", "aucun territoire"),
        ("commune:" + "9" * 10_000, "aucun territoire"),
        ("commune:75121", "aucun territoire"),
    ],
)
def test_what_is_not_certain_is_refused_with_a_reason(given: str, reason: str) -> None:
    resolution = resolve_territory(given)
    assert resolution.territory is None
    assert resolution.note and reason in resolution.note


def test_what_is_gone_without_successor_is_kept_with_a_word() -> None:
    gone = TerritoryFactory(kind="epci", code="243800001", gone_on=dt.date(2014, 1, 1))
    resolution = resolve_territory("epci:243800001")
    assert resolution.territory == gone
    assert resolution.note and "n’existe plus" in resolution.note


def test_zones_are_resolved_by_the_slug_of_their_zoning() -> None:
    zone = TerritoryFactory(kind="qpv", code="QP093028")
    assert resolve_territory("qpv:QP093028").territory == zone
    assert resolve_territory("qpv:qp093028").territory == zone
    assert resolve_territory("QPV:QP093028").territory == zone
    assert resolve_territory("qpv:QP000000").territory is None


def test_thousands_cost_two_queries(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    codes = Territory.objects.filter(kind="commune").values_list("code", flat=True)[:5000]
    given = [f"commune:{code.lstrip('0')}" for code in codes] + ["commune:93059", "commune:00000"]
    with django_assert_max_num_queries(2):
        found = resolve_territories(given)
    assert sum(resolution.territory is not None for resolution in found.values()) == 5001
