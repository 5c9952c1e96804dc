"""Amounts: one way to show them in each language, read again as they are shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import translation

from essaim.common.money import euros, parse_euros, show_euros, typed_euros

SHOWN = [
    (123_456, "1\u00a0234,56\u00a0€", "€1,234.56"),
    (3_600_000, "36\u00a0000\u00a0€", "€36,000"),
    (50, "0,50\u00a0€", "€0.50"),
    (0, "0\u00a0€", "€0"),
    (-100_000, "−1\u00a0000\u00a0€", "−€1,000"),
]


@pytest.mark.parametrize(("cents", "french", "english"), SHOWN)
def test_cents_are_shown_where_there_are_some_and_never_cut_from_their_unit(
    cents: int, french: str, english: str
) -> None:
    for language, said in (("fr", french), ("en", english)):
        with translation.override(language):
            assert show_euros(cents) == euros(Decimal(cents) / 100) == said
            page = Template("{{ cents|euros }} {{ value|in_euros }} {{ nothing|in_euros }}")
            told = page.render(Context({"cents": cents, "value": cents / 100, "nothing": None}))
            assert told == f"{said} {said} "
            # What a page shows may be typed again as it stands.
            assert parse_euros(said) == parse_euros(typed_euros(cents)) == cents


def test_nothing_is_shown_of_nothing() -> None:
    assert euros(None) == show_euros(None) == ""


def test_commas_group_thousands_in_english_alone() -> None:
    with translation.override("en"):
        assert parse_euros("36,000") == parse_euros("€36,000.00") == 3_600_000
        assert parse_euros("12,50") == 1_250
        with pytest.raises(ValidationError):
            parse_euros("36,0000")
    with translation.override("fr"), pytest.raises(ValidationError):
        parse_euros("36,000")
