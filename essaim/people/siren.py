"""SIREN (nine digits) and SIRET (the SIREN and five more): the last digit is a check (Luhn)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# The establishments of La Poste were numbered before there was a check: their digits sum to a
# multiple of five.
LA_POSTE = "356000000"


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


def clean_siret(value: str) -> str:
    """The fourteen digits, spaces removed. Raises ValidationError for what no register would give."""
    digits = "".join(value.split())
    if len(digits) != 14 or not (digits.isascii() and digits.isdigit()) or not _checks(digits):
        raise ValidationError(
            _("« %(value)s » n’est pas un SIRET : vérifiez ses quatorze chiffres."),
            code="siret",
            params={"value": value},
        )
    return digits


def _checks(siret: str) -> bool:
    if not luhn(siret[:9]):
        return False
    return luhn(siret) or (
        siret.startswith(LA_POSTE) and sum(int(digit) for digit in siret) % 5 == 0
    )


def luhn(digits: str) -> bool:
    """True where the digits, every second one from the right doubled, sum to a multiple of ten."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + position % 2)
        total += number - 9 * (number > 9)
    return total % 10 == 0
