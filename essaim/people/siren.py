"""SIREN numbers: nine digits, the last one a check (Luhn)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def clean_siren(value: str) -> str:
    """The nine digits, spaces removed. Raises ValidationError for what no register would give."""
    digits = "".join(value.split())
    if len(digits) != 9 or not (digits.isascii() and digits.isdigit()) or not luhn(digits):
        raise ValidationError(
            _("« %(value)s » n’est pas un SIREN : vérifiez ses neuf chiffres."),
            code="siren",
            params={"value": value},
        )
    return digits


def luhn(digits: str) -> bool:
    """True where the digits, every second one from the right doubled, sum to a multiple of ten."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + position % 2)
        total += number - 9 * (number > 9)
    return total % 10 == 0
