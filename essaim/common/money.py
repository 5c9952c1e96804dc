"""Euros as people type them, kept as whole cents."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext_lazy as _

_SPACES = re.compile(r"[\s\u00a0\u202f']")


def parse_euros(text: str) -> int:
    """``1 234,56 €`` → 123456. Raises ValidationError for anything not exact to the cent."""
    bare = _SPACES.sub("", text[:50]).removesuffix("€").removesuffix("EUR").replace(",", ".")
    if not re.fullmatch(r"-?\d{1,10}(\.\d{1,2})?", bare, re.ASCII):
        raise ValidationError(
            _("« %(text)s » n’est pas un montant : écrivez par exemple 1 234,56."),
            code="amount",
            params={"text": text},
        )
    return int(Decimal(bare) * 100)


def show_euros(cents: int) -> str:
    """``123456`` → « 1 234,56 € » in the reader's language."""
    value = formats.number_format(
        Decimal(cents) / 100, decimal_pos=2, use_l10n=True, force_grouping=True
    )
    return f"{value}\u00a0€"


class EurosField(forms.Field):
    """A text field whose clean value is a number of cents (int), or None when empty."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 30})

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        return parse_euros(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return formats.number_format(Decimal(value) / 100, decimal_pos=2)
        return value
