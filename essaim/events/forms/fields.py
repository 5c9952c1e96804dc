"""What the forms of this room share."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from essaim.themes.models import Theme

# Of an event: the platform tells of none before, and nobody plans one after.
FIRST_YEAR, LAST_YEAR = 1950, 2199


class MomentField(forms.DateTimeField):
    """The browser's own field for a day and an hour."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M")
        widget.input_type = "datetime-local"
        super().__init__(widget=widget, **kwargs)

    def validate(self, value: dt.datetime | None) -> None:
        """Dates that calendars and the database's own arithmetic hold, at any place on earth."""
        super().validate(value)
        if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise ValidationError(
                _("Une année de %(first)s à %(last)s est attendue."),
                params={"first": FIRST_YEAR, "last": LAST_YEAR},
            )


def choices(values: Any, *, empty: Any = None) -> list[tuple[str, Any]]:
    found = [(value, capfirst(str(label))) for value, label in values]
    return [("", empty), *found] if empty is not None else found


def themes(label: Any, **kwargs: Any) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        label=label, queryset=Theme.objects.all(), to_field_name="slug", required=False,
        widget=forms.CheckboxSelectMultiple, **kwargs,
    )  # fmt: skip
