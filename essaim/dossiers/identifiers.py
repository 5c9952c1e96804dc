"""The number of an association in the national directory (RNA)."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# W, then the three signs of the prefecture's code (2A, 9R… included) and six digits.
RNA = re.compile(r"W\d[0-9A-Z]\d{7}", re.ASCII)


def clean_rna(value: str) -> str:
    """In capitals, spaces removed. Raises ValidationError for what no register would give."""
    found = "".join(value.split()).upper()
    if not RNA.fullmatch(found):
        raise ValidationError(
            _("« %(value)s » n’est pas un numéro RNA : W et neuf chiffres, comme W751000123."),
            code="rna",
            params={"value": value},
        )
    return found
