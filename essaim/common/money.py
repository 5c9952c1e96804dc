"""Euros as people type them, kept as whole cents."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

_SPACES = re.compile(r"[\s\u00a0\u202f']")
_CENT = Decimal("0.01")
# « 36,000.50 »: in English, commas group thousands.
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d{1,2})?", re.ASCII)


def parse_euros(text: str) -> int:
    """``1 234,56 €``, in English ``€1,234.56`` → 123456. Raises ValidationError for anything not
    exact to the cent."""
    bare = _SPACES.sub("", text[:50]).replace("−", "-").replace("€", "", 1).removesuffix("EUR")
    if (get_language() or "").startswith("en") and _GROUPED.fullmatch(bare):
        bare = bare.replace(",", "")
    bare = bare.replace(",", ".")
    if not re.fullmatch(r"-?\d{1,10}(\.\d{1,2})?", bare, re.ASCII):
        raise ValidationError(
            _("« %(text)s » n’est pas un montant : écrivez par exemple 1 234,56."),
            code="amount",
            params={"text": text},
        )
    return int(Decimal(bare) * 100)


def euros(value: Decimal | float | None) -> str:
    """Euros in the reader's language, cents where there are some: ``36000`` → « 36 000 € »,
    in English « €36,000 »; nothing → an empty text."""
    if value is None:
        return ""
    exact = Decimal(str(value)).quantize(_CENT)
    places = 0 if exact == int(exact) else 2
    shown = formats.number_format(abs(exact), decimal_pos=places, force_grouping=True)
    return ("−" if exact < 0 else "") + gettext("%(amount)s\u00a0€") % {"amount": shown}


def show_euros(cents: int | None) -> str:
    """``123456`` → « 1 234,56 € », as ``euros``."""
    return "" if cents is None else euros(Decimal(cents) / 100)


def typed_euros(cents: int) -> str:
    """As it is typed again in a field of money, in the reader's language: « 1234,56 »."""
    return str(formats.number_format(Decimal(cents) / 100, decimal_pos=2))


class EurosField(forms.Field):
    """A text field whose clean value is a number of cents (int), or None when empty."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 30})

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        return parse_euros(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return typed_euros(value)
        return value
