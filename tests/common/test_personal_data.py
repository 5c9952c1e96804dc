"""Personal data in a text are found, and numbers that look like them are not."""

import time

import pytest

from essaim.common.personal_data import find_personal_data, hide_contacts


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Écrire à claire.martin+aide@mairie.exemple.fr !", "email"),
        ("Appelez le 01 23 45 67 89.", "phone"),
        ("tel:0612345678", "phone"),
        ("06.12.34.56.78", "phone"),
        ("+33 6 12 34 56 78", "phone"),
        ("+33(0)612345678", "phone"),
        ("n° 1 85 05 78 006 084 91", "nir"),
        ("185057800608491", "nir"),
    ],
)
def test_personal_data_are_found(text: str, kind: str) -> None:
    assert [found.kind for found in find_personal_data(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "SIRET 123 456 789 00012",
        "12345678901234",
        "1 012 345 678 €",
        "du 2015-06-12 au 2016-01-02",
        "1 85 05 78 006 084 90",  # wrong key
        "@claire, https://exemple.fr/contact",
        "",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find_personal_data(text) == []


def test_each_is_said_once_in_the_order_of_the_text() -> None:
    found = find_personal_data("06 12 34 56 78, a@b.fr, encore a@b.fr")
    assert [(item.kind, item.text) for item in found] == [
        ("phone", "06 12 34 56 78"),
        ("email", "a@b.fr"),
    ]


@pytest.mark.parametrize("piece", ["a", "a.", "1 ", "0", "a@", "a@b-", "a@b.", "1 85 05 "])
def test_no_text_makes_it_slow(piece: str) -> None:
    start = time.monotonic()
    find_personal_data(piece * (10_000 // len(piece)))
    assert time.monotonic() - start < 0.5


def test_addresses_and_numbers_are_hidden() -> None:
    text = r"Écrire à a@b.fr ou 06 12 34 56 78, \1"
    assert hide_contacts(text, "…") == r"Écrire à … ou …, \1"
