"""Words and passages of a text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.search.question import clean, closest, distance, plausible
from essaim.search.text import (
    MOST_PASSAGES,
    PASSAGE_WORDS,
    fingerprint,
    fold,
    passages,
    plain,
    words,
    words_as_written,
)


def test_words_are_folded_and_stop_words_left_out() -> None:
    assert words("L’Énergie des cœurs, est-ce que ça coûte 3,5 € ?") == [
        "energie", "coeurs", "coute", "3", "5",
    ]  # fmt: skip
    assert words("micro-crèche et/ou bien-être") == ["micro", "creche", "bien"]
    assert words("日本 العربية") == []


def test_words_as_written_keep_their_accents() -> None:
    assert words_as_written("L’Énergie_verte") == [("energie", "Énergie"), ("verte", "verte")]


def test_accents_typed_apart_make_the_same_words() -> None:
    apart = unicodedata.normalize("NFD", "précarité énergétique")
    assert [word for word, _written in words_as_written(apart)] == ["precarite", "energetique"]
    assert words(apart) == ["precarite", "energetique"]


def test_marks_and_addresses_are_no_words() -> None:
    text = "# Titre\n- [le guide](https://exemple.fr/a 'b') www.exemple.fr <b class='x'>fort</b>"
    assert words(plain(text)) == ["titre", "guide", "fort"]


@given(st.text(max_size=300))
def test_folding_is_stable_and_words_are_plain(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    for word in words(text):
        assert word.isascii()
        assert word.isalnum()
        assert word == word.lower()
    assert [word for word, _written in words_as_written(text)] == words(text.replace("_", " "))


def test_passages_end_with_sentences() -> None:
    sentence = "Un texte de neuf mots qui se termine ici. "
    pieces = passages([sentence * 30, "Une suite courte."])
    assert all(piece.endswith(".") for piece in pieces)
    assert all(len(piece.split()) <= PASSAGE_WORDS for piece in pieces)
    assert " ".join(pieces).split() == (sentence * 30 + "Une suite courte.").split()


def test_a_sentence_without_end_is_cut_and_a_book_is_not_read_whole() -> None:
    pieces = passages(["mot " * 100_000])
    assert len(pieces) == MOST_PASSAGES
    assert all(len(piece.split()) == PASSAGE_WORDS for piece in pieces)
    assert passages(["", " \n ", "---", "🙂"]) == []


@given(st.lists(st.text(max_size=400), max_size=5))
def test_passages_never_fail(sections: list[str]) -> None:
    assert all(any(map(str.isalnum, piece)) for piece in passages(sections))


@given(st.lists(st.text(alphabet="abcdeéœ .!?;:…\n’|", max_size=400), max_size=5))
def test_passages_lose_no_word_of_short_texts(sections: list[str]) -> None:
    kept = [word for piece in passages(sections) for word in words(piece)]
    assert kept == [word for section in sections for word in words(section)]


def test_a_fingerprint_is_a_signed_64_bit_number_of_its_kind() -> None:
    assert fingerprint("initiative", "velo") == fingerprint("initiative", "velo")
    assert fingerprint("initiative", "velo") != fingerprint("need", "velo")
    assert -(2**63) <= fingerprint("initiative", "velo") < 2**63


@given(st.text(max_size=20_000))
def test_a_question_is_cleaned_to_what_the_database_holds(text: str) -> None:
    cleaned = clean(text + "\0\ud800")
    cleaned.encode()
    assert len(cleaned) <= 3000
    assert "\0" not in cleaned


@pytest.mark.parametrize(
    ("one", "other", "errors"),
    [("velo", "velo", 0), ("velo", "vélo", 1), ("accorderie", "acorderie", 1),
     ("acceuil", "accueil", 1), ("jardin", "jradn", 2), ("chien", "niche", 3)],
)  # fmt: skip
def test_distance_counts_typing_errors(one: str, other: str, errors: int) -> None:
    assert distance(one, other, 2) == errors


def test_the_closest_word_has_the_same_first_letter() -> None:
    vocabulary = {"voiture": "Voiture", "toiture": "Toiture", "creche": "Crèche"}
    assert closest("voitrue", vocabulary) == ["voiture"]
    assert closest("roiture", vocabulary) == []
    assert closest("cre", vocabulary) == []
    assert closest("crche", vocabulary) == ["creche"]


@pytest.mark.parametrize("word", ["ssiad", "zk", "xqzzkw", "asdkjhg", "20152016"])
def test_what_nobody_can_say_aloud_is_no_word(word: str) -> None:
    assert plausible(word) == (word == "ssiad")
