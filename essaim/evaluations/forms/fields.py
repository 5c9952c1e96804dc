"""What the forms of evaluations share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import formats


class NumberField(forms.DecimalField):
    """A number as people type it: a comma or a point for decimals, spaces in thousands."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 30})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.split()).replace("\u202f", "").replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Without useless zeros, with the reader's decimal mark."""
        if isinstance(value, Decimal):
            return formats.number_format(value.normalize() if value % 1 else value.to_integral())
        return value
