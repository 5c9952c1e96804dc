"""Fields that several sections share."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from essaim.territories.forms import TerritoriesField
from essaim.territories.models import Territory


class PeriodField(forms.ChoiceField):
    """How often a line is paid. What an import wrote in other words stays a choice."""

    CHOICES = [
        ("", _("en une fois, ou sans objet")),
        ("year", _("par an")),
        ("quarter", _("par trimestre")),
        ("month", _("par mois")),
        ("week", _("par semaine")),
    ]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=self.CHOICES, **kwargs)

    def keep(self, value: str) -> None:
        if value and value not in dict(self.CHOICES):
            self.choices = [*self.CHOICES, (value, value)]

    def valid_value(self, value: Any) -> bool:
        # A period in other words comes back as it was; it is text, and shown as text.
        return len(str(value)) <= 60


class AmountField(forms.DecimalField):
    """A number as people write it: « 21 667,00 », « 21667.5 € », « 30 % ».

    « 1,500 » is refused rather than guessed: a thousand and a half, or one and a half.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("decimal_places", 2)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str):
            value = re.sub(r"[\s€%]", "", value).replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        places = 0 if value == value.to_integral_value() else 2
        return formats.number_format(value, decimal_pos=places, force_grouping=False)


class WebAddressField(forms.URLField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("assume_scheme", "https")
        super().__init__(**kwargs)


class CardTerritoriesField(TerritoriesField):
    """Places of a card: those it has already are known by their label, without a search.

    A national programme may run in a thousand places; only what is new is looked up.
    """

    NEW_AT_MOST = 100

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.known: dict[str, Territory] = {}

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            places = {place.pk: label for label, place in self.known.items()}
            if all(key in places for key in value):
                return "\n".join(sorted(places[key] for key in value))
        return super().prepare_value(value)

    def clean(self, value: Any) -> list[Territory]:
        lines = [line.strip() for line in (value or "").splitlines() if line.strip()]
        kept = [self.known[line] for line in lines if line in self.known]
        new = [line for line in lines if line not in self.known]
        if len(new) > self.NEW_AT_MOST:
            raise ValidationError(
                _("Ajoutez %(n)s territoires au plus à la fois.") % {"n": self.NEW_AT_MOST}
            )
        found = super().clean("\n".join(new)) if new else []
        return list({place.pk: place for place in [*kept, *found]}.values())
