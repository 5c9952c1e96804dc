"""A word written by a person finds its entry, or is told to be unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.themes.matching import Index, Vocabulary, singular
from essaim.themes.models import Theme
from tests.themes.factories import AudienceFactory, ThemeFactory

HOUSING = Theme(
    pk=1,
    slug="logement",
    name="Logement et habitat",
    name_en="Housing",
    synonyms=["HLM", "habitat"],
)
JOBS = Theme(pk=2, slug="emploi", name="Emploi local", name_en="Jobs", synonyms=["CCAS", "chômage"])
INDEX = Index([HOUSING, JOBS])


@pytest.mark.parametrize(
    "word",
    ["logement", "Logement et habitat", "LOGEMENTS ET HABITATS", "housing", "hlm", "  Habitat "],
)
def test_a_term_is_found_by_slug_name_or_synonym(word: str) -> None:
    assert INDEX.find_all([word]) == ([HOUSING], [])


@pytest.mark.parametrize("word", ["chomage", "CHÔMAGE", "emplois locaux", "Emploi-local", "ccas"])
def test_accents_case_and_simple_plurals_do_not_matter(word: str) -> None:
    assert INDEX.find_all([word]) == ([JOBS], [])


def test_each_term_comes_once_and_unknown_words_stay_as_written() -> None:
    words = ["HLM", "éco-lieu", "logement", "", "  ", "éco-lieu", "chômage"]
    assert INDEX.find_all(words) == ([HOUSING, JOBS], ["éco-lieu"])


def test_a_value_that_lists_known_words_counts_for_all_of_them() -> None:
    assert INDEX.find_all(["Logement / emploi"]) == ([HOUSING, JOBS], [])
    assert INDEX.find_all(["logement ; éco-lieu"]) == ([], ["logement ; éco-lieu"])


def test_a_name_wins_over_a_synonym_and_an_exact_word_over_a_plural() -> None:
    first = Theme(pk=1, slug="a", name="Droits", name_en="Rights", synonyms=["aide"])
    second = Theme(pk=2, slug="b", name="Aides", name_en="Grants", synonyms=["droit"])
    index = Index([first, second])
    assert index.find("droits") is first
    assert index.find("droit") is second
    assert index.find("aides") is second
    assert index.find("aide") is first


@pytest.mark.parametrize(
    ("plural", "expected"),
    [("locaux", "local"), ("reseaux", "reseau"), ("bus", "bus"), ("aines", "aine"), ("", "")],
)
def test_plurals_are_shortened(plural: str, expected: str) -> None:
    assert singular(plural) == expected


def test_the_closest_term_is_proposed_and_none_for_a_stranger() -> None:
    assert INDEX.closest("logement social") is HOUSING
    assert INDEX.closest("zèbre") is None
    assert INDEX.closest("🐝") is None


@given(st.lists(st.text(max_size=40), max_size=8))
def test_no_word_is_lost(words: list[str]) -> None:
    terms, unknown = INDEX.find_all(words)
    assert set(unknown) <= {word.strip() for word in words}
    for word in unknown:
        assert INDEX.find(word) is None
    if not terms:
        assert set(unknown) == {word.strip() for word in words} - {""}


@pytest.mark.django_db
def test_both_lists_load_in_one_query_and_cost_nothing_afterwards(
    django_assert_num_queries,
) -> None:
    theme = ThemeFactory(name="Pêche à pied", synonyms=["coques"])
    audience = AudienceFactory(name="Pêcheurs", synonyms=["coques"])
    with django_assert_num_queries(1):
        vocabulary = Vocabulary.load()
        assert vocabulary.themes(["coque"]) == ([theme], [])
        assert vocabulary.audiences(["coque"]) == ([audience], [])
        assert vocabulary.themes(["xylophone"]) == ([], ["xylophone"])


@pytest.mark.django_db
def test_loaded_terms_can_be_given_to_a_card() -> None:
    ThemeFactory(name="Pêche à pied")
    (theme,), _unknown = Vocabulary.load().themes(["pêche à pied"])
    assert theme._state.adding is False
    assert str(theme) == "Pêche à pied"
