"""A card is found by its words as soon as it is saved, however people write them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from essaim.initiatives.actions import publication
from essaim.initiatives.models import Initiative
from essaim.initiatives.signals import card_removed, card_saved
from essaim.search import actions, encoder, engine
from essaim.search.models import Document, LexemeCount, Passage, Posting, Synonym
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory
from tests.search.helpers import card, found
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_words_alone() -> Any:
    with encoder.use(None):
        yield


def test_a_published_card_is_found_at_once_and_says_which_words() -> None:
    stove = card("Chauffer les écoles au bois", "Une chaufferie pour trois villages.")
    card("Une crèche ouverte la nuit")

    answer = engine.search("chaufferie de village")

    assert [hit.object_id for hit in answer.hits] == [stove.pk]
    assert answer.count == 1
    assert answer.hits[0].words == ("chaufferie", "village")
    assert not answer.hits[0].by_meaning


@pytest.mark.parametrize("written", ["précarité énergétique", "precarite energetique", "PRÉCARITÉ"])
def test_accents_and_capitals_change_nothing(written: str) -> None:
    one = card("Plateforme précarité énergétique")
    assert found(written) == [one.pk]
    other = card("Plateforme precarite energetique")
    scores = {hit.object_id: hit.score for hit in engine.search(written).hits}
    assert scores[one.pk] == scores[other.pk]


def test_plural_feminine_ligature_and_typography() -> None:
    one = card("L’accueil des sœurs aînées", "« Cœur de ville »")
    for text in ("accueils", "sœur", "soeurs", "ainee", "coeur", "l'accueil"):
        assert found(text) == [one.pk], text


def test_words_of_every_section_but_the_contact() -> None:
    one = card(
        "Atelier",
        description="Un **four** à pain, voir [le guide](https://exemple.fr/levain).",
        steps=["Convaincre le boulanger"],
        tags=["fournil"],
        contact="Jeanne Kervella, jeanne@exemple.fr",
        what_failed="La farine moisissait.",
    )
    for word in ("four", "guide", "boulanger", "fournil", "farine"):
        assert found(word) == [one.pk], word
    for word in ("Kervella", "jeanne@exemple.fr", "levain", "exemple"):
        assert found(word) == [], word


def test_the_title_weighs_more_than_the_text() -> None:
    passing = card("Une maison commune", description="On y trouve aussi un verger, loin du bourg.")
    about = card("Un verger", description="On y trouve aussi une maison commune, loin du bourg.")
    assert found("verger") == [about.pk, passing.pk]


def test_an_empty_or_stop_word_question_finds_nothing() -> None:
    card("Comment faire")
    for text in ("", "   ", "comment est-ce que", "🙂", "'", "%", "\0"):
        assert engine.search(text) == engine.Found(), repr(text)


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE search_document; --",
        "<script>alert('vélo')</script>",
        "%s %(kind)s {subquery} vélo",
        "vélo\0vélo \ud800 🚲",
        "vélo " * 2000,
        " ".join(f"mot{n}" for n in range(2000)),
        "\\ : & | ! ( ) * vélo:*",
        "a" * 10_000,
    ],
)
def test_hostile_questions_are_only_words(text: str) -> None:
    one = card("Atelier vélo")
    assert set(found(text)) <= {one.pk}
    assert engine.count_matching(text) <= 1
    assert Document.objects.count() == 1


def test_hostile_cards_are_only_text() -> None:
    text = "<script>alert(1)</script> '; -- \\copy \t\\N {0} %s 🚲 "
    one = card("Vélo \\N \\. %s", text, description=f"{text} {'x' * 3000}\n" * 50)
    assert found("vélo") == [one.pk]
    assert found("script") == []


# --- what must leave the index ----------------------------------------------------
def test_drafts_are_never_found() -> None:
    draft = InitiativeFactory(title="Atelier vélo")
    actions.index("initiative", [draft.pk])
    assert found("vélo") == []


def test_an_archived_card_vanishes_at_once_and_comes_back() -> None:
    manager = UserFactory(is_manager=True)
    one = card("Atelier vélo")
    publication.archive_card(one, by=manager)
    assert found("vélo") == []
    assert not Posting.objects.exists()
    assert not Passage.objects.exists()
    publication.restore_card(Initiative.objects.get(pk=one.pk), by=manager)
    assert found("vélo") == [one.pk]


def test_a_deleted_card_leaves_nothing_behind() -> None:
    one, other = card("Atelier vélo"), card("Atelier couture")
    card_removed.send(sender=None, initiatives=[one.pk])
    one.delete()
    assert found("atelier") == [other.pk]
    actions.remove("initiative", [other.pk])
    actions.compact_counts()
    assert not Posting.objects.exists()
    assert not LexemeCount.objects.exists()


def test_a_change_replaces_the_words() -> None:
    one = card("Atelier vélo")
    Initiative.objects.filter(pk=one.pk).update(title="Atelier couture", summary="Coudre.")
    card_saved.send(sender=None, initiatives=[one.pk])
    assert found("vélo") == []
    assert found("couture") == [one.pk]


def test_the_index_follows_the_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        card("Atelier vélo")
        assert len(found("vélo")) == 1
        raise RuntimeError
    assert found("vélo") == []
    assert not LexemeCount.objects.exists()


# --- counts, filters, pages --------------------------------------------------------
def test_counts_are_cards_that_hold_a_word() -> None:
    for number in range(7):
        card(f"Jardin partagé {number}", "Des légumes." if number % 2 else "Des fleurs.")
    answer = engine.search("légumes fleurs", limit=2)
    assert (answer.count, len(answer.hits)) == (7, 2)
    assert engine.count_matching("légumes") == 3
    allowed = Initiative.objects.filter(summary="Des fleurs.")
    assert engine.search("jardin", allowed=allowed, limit=1).count == 4
    assert engine.count_matching("jardin", allowed=allowed) == 4


def test_filters_act_inside_the_search() -> None:
    """However far a card ranks among all, it is found among those allowed."""
    place = TerritoryFactory()
    for number in range(120):
        card(f"Vélo vélo vélo {number}")
    far = card("Atelier", "Tout au bout du texte, un vélo parmi bien d’autres choses.")
    far.territories.add(place)
    here = Initiative.objects.published().filter(territories=place)
    answer = engine.search("vélo", allowed=here)
    assert ([hit.object_id for hit in answer.hits], answer.count) == ([far.pk], 1)
    assert engine.search("vélo", allowed=Initiative.objects.none()) == engine.Found()
    like = Initiative.objects.filter(title__contains="100%")
    assert engine.search("vélo", allowed=like).hits == []


def test_pages_follow_one_another_without_gap_or_repetition() -> None:
    for number in range(130):
        card(f"Jardin {'jardin ' * (number % 5)}{number}")
    everything = found("jardin", limit=None)
    assert len(everything) == len(set(everything)) == 130
    pages = [pk for start in range(0, 140, 20) for pk in found("jardin", limit=20, offset=start)]
    assert pages == everything
    filtered = Initiative.objects.filter(pk__in=everything[50:])
    assert (
        found("jardin", allowed=filtered, limit=20, offset=60)
        == found("jardin", allowed=filtered, limit=None)[60:]
    )


def test_matching_gives_a_queryset_for_other_orders() -> None:
    one = card("Atelier vélo")
    card("Atelier couture")
    words = engine.matching("vélo").values("object_id")
    assert list(Initiative.objects.filter(pk__in=words)) == [one]


# --- spelling ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "corrected"),
    [
        ("acorderie", "Accorderie"),
        ("biblothèque", "bibliothèque"),
        ("bibliotehque", "bibliothèque"),
    ],
)
def test_typing_errors_find_words_of_titles(typed: str, corrected: str) -> None:
    one = card("Accorderie de la bibliothèque")
    card("Atelier vélo")
    answer = engine.search(f"une {typed}")
    assert [hit.object_id for hit in answer.hits] == [one.pk]
    assert answer.corrected == f"une {corrected}"
    assert answer.hits[0].words == (corrected,)


def test_the_beginning_of_a_word_is_enough() -> None:
    one = card("Médiathèque itinérante")
    answer = engine.search("médiathè")
    assert [hit.object_id for hit in answer.hits] == [one.pk]
    assert answer.corrected == ""


def test_a_known_word_is_never_corrected_nor_another_word_taken_for_it() -> None:
    card("Toiture solaire")
    assert engine.search("voiture").hits == []
    one = card("Voiture partagée")
    assert found("voiture") == [one.pk]


# --- synonyms ----------------------------------------------------------------------
def test_synonyms_work_both_ways_without_their_common_words() -> None:
    Synonym.objects.create(term="CCAS", expansion="centre communal d'action sociale")
    short = card("Le CCAS ouvre le samedi")
    long = card("Les centres communaux d’action sociale visitent")
    card("Un centre commercial en action")
    assert set(found("CCAS")) == {short.pk, long.pk}
    assert short.pk in found("centre communal d’action sociale")
    assert engine.search("ccas").hits[0].words == ("ccas",)


def test_a_family_of_several_expansions() -> None:
    Synonym.objects.create(term="SDF", expansion="sans domicile fixe")
    Synonym.objects.create(term="SDF", expansion="sans abri")
    cards = [card("Maraude pour les SDF"), card("Un sans domicile fixe"), card("Sans-abri")]
    card("Un abri de jardin")
    for text in ("SDF", "sans domicile fixe", "sans abri"):
        assert {one.pk for one in cards} <= set(found(text)), text
    assert len(found("SDF")) == 3


def test_an_edited_synonym_serves_once_its_documents_are_read_anew(
    django_capture_on_commit_callbacks: Any,
) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    long = card("Service de soins infirmiers à domicile")
    card("Un domicile partagé")
    assert found("SSIAD") == []
    synonym = actions.save_synonym(
        Synonym(term="SSIAD", expansion="service de soins infirmiers à domicile")
    )
    job = ProcrastinateJob.objects.get(task_name="search.reindex")
    assert job.args == {"kind": "initiative", "object_ids": [long.pk]}
    actions.index(**job.args)
    assert found("SSIAD") == [long.pk]
    synonym.active = False
    actions.save_synonym(synonym)
    actions.index(**job.args)
    assert found("SSIAD") == []


def test_synonyms_that_ship_load_once_and_stay_off_when_switched_off() -> None:
    assert actions.load_synonyms() > 50
    Synonym.objects.filter(term="CCAS").update(active=False)
    assert actions.load_synonyms() == 0
    assert not Synonym.objects.get(term="CCAS").active
