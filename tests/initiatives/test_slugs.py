"""The address of a card: from its title, unique, never a page's."""

from __future__ import annotations

import pytest

from essaim.initiatives.slugs import free_slugs
from tests.initiatives.factories import InitiativeFactory

pytestmark = pytest.mark.django_db


def test_the_title_gives_the_address_without_accents():
    assert free_slugs(["Cœur d’îlot : l’été à l’école"]) == ["coeur-d-ilot-l-ete-a-l-ecole"]


def test_the_same_title_twice_is_numbered_against_the_bank_and_within_the_batch():
    InitiativeFactory(slug="atelier")
    InitiativeFactory(slug="atelier-2")
    assert free_slugs(["Atelier", "Atelier", "Jardin", "Jardin"]) == [
        "atelier-3",
        "atelier-4",
        "jardin",
        "jardin-2",
    ]


def test_pages_keep_their_addresses_and_a_title_of_emoji_has_one():
    assert free_slugs(["Nouvelle", "🌱🌱"]) == ["nouvelle-2", "initiative"]


def test_two_queries_whatever_the_number(django_assert_num_queries):
    InitiativeFactory(slug="titre-3")
    with django_assert_num_queries(2):
        slugs = free_slugs([f"Titre {n % 40}" for n in range(500)])
    assert len(set(slugs)) == 500
    assert all(len(slug) <= 120 for slug in free_slugs(["mot " * 80] * 40))
