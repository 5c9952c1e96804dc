"""Markdown made plain, for forms and files that show what is typed as it is."""

from __future__ import annotations

import pytest

from essaim.common.text import compared, without_marks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**L’idée.** Les *habitants*", "L’idée. Les habitants"),
        ("# Titre\n\n> cité, `code`", "Titre\n\ncité, code"),
        ("Voir [le rapport](https://exemple.fr/a).", "Voir le rapport."),
        ("3 * 4 = 12 et 2 - 1", "3 * 4 = 12 et 2 - 1"),
        ("* un\n- deux\n+ trois", "un\ndeux\ntrois"),
        ("", ""),
    ],
)
def test_marks_go_words_stay(text: str, expected: str) -> None:
    assert without_marks(text) == expected


def test_a_list_may_keep_its_dashes() -> None:
    assert without_marks("* **un**\n- deux", bullets=True) == "- un\n- deux"


def test_two_texts_are_told_apart_word_by_word() -> None:
    before, after = compared("Rénover avec les habitants.", "Rénover chez les habitants.")
    assert before == [("same", "Rénover "), ("gone", "avec "), ("same", "les habitants.")]
    assert after == [("same", "Rénover "), ("new", "chez "), ("same", "les habitants.")]
    assert compared("", "Tout.") == ([], [("new", "Tout.")])
