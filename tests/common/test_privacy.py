"""No e-mail address or telephone number reaches a visitor, wherever it was typed."""

from __future__ import annotations

import pytest
from django.utils.safestring import mark_safe

from essaim.common.privacy import has_personal, mask_html, mask_personal


@pytest.mark.parametrize(
    "typed",
    [
        "claire.martin@exemple.fr",
        "claire+atelier@sous.exemple.gouv.fr",
        "claire.martin [at] exemple.fr",
        "claire.martin(at)exemple.fr",
        "01 23 45 67 89",
        "01.23.45.67.89",
        "01-23-45-67-89",
        "0123456789",
        "+33 1 23 45 67 89",
        "+33 (0)1 23 45 67 89",
        "0033123456789",
        "0 800 123 456",
        "0800 123 456",
        "+32 2 555 12 34",
    ],
)
def test_what_reaches_a_person_is_hidden(typed):
    text = f"Écrire à Claire ({typed}) le matin."
    masked = mask_personal(text)
    assert has_personal(text)
    assert typed not in masked
    assert "Claire" in masked and "le matin" in masked


@pytest.mark.parametrize(
    "typed",
    [
        "SIRET 130 025 265 00013",
        "SIREN 200040715",
        "Ouvert depuis le 01/02/2015 à 15 h",
        "de 2012 à 2015",
        "21 667,00 €",
        "75 % des 1 200 habitants",
        "https://exemple.fr/2015/06/12",
        "@atelier sur les réseaux",
    ],
)
def test_figures_and_dates_stay(typed):
    assert mask_personal(typed) == typed


def test_links_to_a_person_are_unwrapped_and_others_stay():
    html = mark_safe(
        '<p><a href="mailto:c@exemple.fr">écrire à Claire</a>, '
        '<a href="https://exemple.fr/?qui=c@exemple.fr">page</a>, '
        '<a href="tel:+33123456789">appeler</a>, '
        '<a href="https://exemple.fr/guide">guide</a> c@exemple.fr</p>'
    )
    masked = mask_html(html)
    assert "c@exemple.fr" not in masked
    assert "33123456789" not in masked
    assert "écrire à Claire" in masked and "appeler" in masked
    assert '<a href="https://exemple.fr/guide">guide</a>' in masked
