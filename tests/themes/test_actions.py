"""Managers teach the lists the words of the field, and nothing they did is undone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from essaim.common.errors import DomainError
from essaim.themes import actions
from essaim.themes.matching import Vocabulary
from essaim.themes.models import Audience, LoadedReference, Theme, UnmappedTag
from essaim.themes.signals import term_mapped
from tests.themes.factories import AudienceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[list[dict[str, Any]]]:
    """What the floors above hear of mapped words."""
    heard: list[dict[str, Any]] = []

    def listen(sender: Any, signal: Any, **kwargs: Any) -> None:
        heard.append(kwargs)

    term_mapped.connect(listen)
    yield heard
    term_mapped.disconnect(listen)


def waiting(vocabulary: str = "theme") -> list[str]:
    return [tag.text for tag in UnmappedTag.objects.waiting().filter(vocabulary=vocabulary)]


def record(word: str, vocabulary: str = "theme") -> UnmappedTag:
    actions.record_unmapped([word], vocabulary)
    return UnmappedTag.objects.get(vocabulary=vocabulary, spellings__contains=[word])


def test_unknown_words_wait_once_with_all_their_spellings(django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(4):  # two of them open and close the transaction
        new = actions.record_unmapped(["Éco-lieu", "eco lieu", "Zythologie", "🐝", " "], "theme")
    assert new == 2
    assert actions.record_unmapped(["Éco-lieu", "Zythologie"], "theme") == 0
    assert actions.record_unmapped(["ECO LIEU"], "theme") == 0
    assert waiting() == ["Éco-lieu", "Zythologie"]
    assert UnmappedTag.objects.get(folded="eco lieu").spellings == [
        "Éco-lieu", "eco lieu", "ECO LIEU",
    ]  # fmt: skip


def test_recording_ten_thousand_words_costs_as_much_as_one(django_assert_max_num_queries) -> None:
    words = [f"mot {number}" for number in range(10_000)]
    with django_assert_max_num_queries(4):
        actions.record_unmapped(words, "theme")
    assert UnmappedTag.objects.count() == 10_000


@pytest.mark.parametrize(
    "word", ["x" * 201, "", "\x00", "😀😀", "<>", "русский"], ids=lambda w: w[:5]
)
def test_what_no_list_could_hold_does_not_wait(word: str) -> None:
    assert actions.record_unmapped([word], "theme") == 0
    assert not UnmappedTag.objects.exists()


def test_the_longest_word_waits_even_when_folding_lengthens_it() -> None:
    assert actions.record_unmapped(["œ" * 200], "audience") == 1


def test_mapping_a_word_teaches_it_and_tells_the_cards(told: list[dict[str, Any]]) -> None:
    theme = ThemeFactory(name="Habitat partagé")
    actions.record_unmapped(["Éco-lieu", "éco-lieux", "eco lieu", "autre"], "theme")
    actions.map_tag(UnmappedTag.objects.get(folded="eco lieu"), theme)
    assert Vocabulary.load().themes(["éco-lieux"]) == ([theme], [])
    assert waiting() == ["autre"]
    (message,) = told
    assert message["term"] == theme
    assert message["vocabulary"] == "theme"
    assert sorted(message["words"]) == ["eco lieu", "Éco-lieu", "éco-lieux"]


def test_mapping_twice_is_told_and_changes_nothing(told: list[dict[str, Any]]) -> None:
    theme, tag = ThemeFactory(), record("Éco-lieu")
    actions.map_tag(tag, theme)
    with pytest.raises(DomainError, match="déjà été rattaché"):
        actions.map_tag(tag, theme)
    theme.refresh_from_db()
    assert theme.synonyms == ["Éco-lieu"]
    assert len(told) == 1


def test_a_word_goes_to_its_own_list_and_to_one_term_only() -> None:
    tag = record("Bergers", "audience")
    with pytest.raises(DomainError, match="autre liste"):
        actions.map_tag(tag, ThemeFactory())
    holder = AudienceFactory()
    Audience.objects.filter(pk=holder.pk).update(synonyms=["bergers"])
    with pytest.raises(DomainError, match="désigne déjà"):
        actions.map_tag(tag, AudienceFactory())
    actions.map_tag(tag, holder)
    holder.refresh_from_db()
    assert holder.synonyms == ["bergers"]
    assert not waiting("audience")


def test_a_word_left_as_it_is_does_not_come_back_with_the_next_import() -> None:
    tag = record("Divers")
    actions.ignore_tag(tag)
    actions.record_unmapped(["Divers", "DIVERS"], "theme")
    assert waiting() == []
    actions.restore_tag(tag)
    assert waiting() == ["Divers"]


def test_writing_a_synonym_by_hand_maps_the_words_that_waited(
    told: list[dict[str, Any]],
) -> None:
    record("Éco-lieux")
    theme = ThemeFactory()
    saved = actions.save_term(
        theme,
        vocabulary="theme",
        name="Habitat partagé",
        name_en="Shared housing",
        synonyms=["éco-lieu", "ÉCO LIEU", "habitat partagé", ""],
    )
    assert saved.synonyms == ["éco-lieu"]
    assert saved.slug == theme.slug
    assert waiting() == []
    assert told[0]["words"] == ["Éco-lieux"]


def test_a_new_term_gets_an_address_of_its_own() -> None:
    def create(name: str, vocabulary: str = "theme") -> Theme | Audience:
        return actions.save_term(None, vocabulary=vocabulary, name=name, name_en=name, synonyms=[])

    assert create("Montagne & littoral").slug == "montagne-littoral"
    assert create("Montagne / littoral !", "audience").slug == "montagne-littoral"
    with pytest.raises(DomainError, match="désigne déjà") as refused:
        create("Montagne littoral")
    assert refused.value.field == "name"
    with pytest.raises(DomainError, match="lettres"):
        create("🏔️")


def test_a_synonym_of_another_term_is_refused() -> None:
    ThemeFactory(name="Énergie douce", synonyms=["chaleur"])
    with pytest.raises(DomainError, match="Énergie douce") as refused:
        actions.save_term(
            ThemeFactory(), vocabulary="theme", name="Autre", name_en="Other", synonyms=["CHALEUR"]
        )
    assert refused.value.field == "synonyms"


class TestReferenceData:
    @pytest.fixture(autouse=True)
    def files(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = tmp_path / "themes.json"
        Theme.objects.all().delete()
        LoadedReference.objects.all().delete()
        monkeypatch.setattr(actions, "FILES", {"theme": self.path})
        self.ship(sea=["marée"], land=["champ", "pré"])

    def ship(self, **terms: list[str]) -> None:
        entries = [
            {"slug": slug, "name": f"La {slug}", "name_en": slug.title(), "synonyms": synonyms}
            for slug, synonyms in terms.items()
        ]
        self.path.write_text(json.dumps(entries))

    def synonyms(self) -> dict[str, list[str]]:
        return {theme.slug: theme.synonyms for theme in Theme.objects.all()}

    def test_it_loads_once_and_then_costs_one_query(self, django_assert_num_queries) -> None:
        assert actions.load_terms() == {"theme": 2}
        assert self.synonyms() == {"sea": ["marée"], "land": ["champ", "pré"]}
        with django_assert_num_queries(1):
            assert actions.load_terms() == {"theme": 0}

    def test_a_newer_file_adds_what_is_missing_and_keeps_what_managers_did(self) -> None:
        actions.load_terms()
        land = Theme.objects.get(slug="land")
        actions.save_term(
            land, vocabulary="theme", name="Terroir", name_en="Soil", synonyms=["pré", "glèbe"]
        )
        Theme.objects.get(slug="sea").delete()
        self.ship(sea=["marée"], land=["champ", "pré", "sillon"], sky=["nuage"])
        assert actions.load_terms() == {"theme": 1}
        assert self.synonyms() == {"land": ["pré", "glèbe", "sillon"], "sky": ["nuage"]}
        assert Theme.objects.get(slug="land").name == "Terroir"

    def test_a_word_that_a_manager_gave_elsewhere_stays_there(self) -> None:
        actions.load_terms()
        sea = Theme.objects.get(slug="sea")
        actions.map_tag(record("Nuage"), sea)
        self.ship(sea=["marée"], land=["champ", "pré"], sky=["nuage", "vent"])
        actions.load_terms()
        assert self.synonyms()["sea"] == ["marée", "Nuage"]
        assert self.synonyms()["sky"] == ["vent"]

    def test_a_term_that_managers_named_themselves_is_not_doubled(self) -> None:
        ThemeFactory(slug="ocean", name="La sea")
        assert actions.load_terms() == {"theme": 1}
        assert set(self.synonyms()) == {"ocean", "land"}

    def test_words_that_waited_are_mapped_by_the_newer_list(
        self, told: list[dict[str, Any]]
    ) -> None:
        record("Marées")
        actions.load_terms()
        assert waiting() == []
        assert told[0]["term"].slug == "sea"


def test_the_shipped_lists_are_whole_and_without_two_owners_for_a_word() -> None:
    for model, path in [(Theme, actions.FILES["theme"]), (Audience, actions.FILES["audience"])]:
        entries = json.loads(path.read_text())
        assert len(entries) >= 20
        owners: dict[str, str] = {}
        for entry in entries:
            term = model(**entry)
            term.clean_fields()
            for name in actions._names(term):
                assert owners.setdefault(name, entry["slug"]) == entry["slug"]
