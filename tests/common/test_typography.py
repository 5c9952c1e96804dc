"""French texts are set so that no line begins with a sign of the word before."""

from __future__ import annotations

import pytest
from django.template import engines
from django.utils.translation import gettext, ngettext, override

from essaim.common.typography import french, in_series, labelled

KEPT = "\u00a0"


@pytest.mark.parametrize(
    ("typed", "set_so"),
    [
        ("Dit « oui » : pourquoi ?", f"Dit «{KEPT}oui{KEPT}»{KEPT}: pourquoi{KEPT}?"),
        ("Deux ; trois ! 36 €", f"Deux{KEPT}; trois{KEPT}! 36{KEPT}€"),
        ("%(n)s %% de %(all)s", f"%(n)s{KEPT}%% de %(all)s"),
        ("20 % des 12 %(what)s", f"20{KEPT}% des 12 %(what)s"),
        ("https://essaim.example/?a=1:2", "https://essaim.example/?a=1:2"),
        ("08:30 – deux mots", "08:30 – deux mots"),
    ],
)
def test_a_sign_stays_with_its_word(typed: str, set_so: str) -> None:
    assert french(typed) == set_so
    assert french(set_so) == set_so, "set twice is set once"


def test_what_pages_say_in_french_is_set_and_english_is_as_written() -> None:
    text = "Rien ne passe tous ces filtres. En en retirant un :"
    with override("fr"):
        assert gettext(text) == text[:-2] + f"{KEPT}:"
        assert labelled("Titre", "trop long") == f"Titre{KEPT}: trop long"
        assert in_series(["un lieu", "une date"]) == f"un lieu{KEPT}; une date"
        template = engines["django"].from_string("{% colon %}")
        assert template.render() == f"{KEPT}:"
    with override("en"):
        assert gettext(text) == "Nothing passes all these filters. Without one of them:"
        assert labelled("Title", "too long") == "Title: too long"
        assert in_series(["a place", "a day"]) == "a place; a day"


def test_nothing_is_singular_in_french() -> None:
    forms = "%(n)s décision est prise.", "%(n)s décisions sont prises."
    with override("fr"):
        assert [ngettext(*forms, n) for n in (0, 1, 2)] == [forms[0], forms[0], forms[1]]
    with override("en"):
        assert ngettext(*forms, 0) == ngettext(*forms, 2) != ngettext(*forms, 1)
