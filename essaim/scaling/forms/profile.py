"""Thirty questions, all of which may stay without an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.scaling.profile_items import AREAS, Area, Rating

CHOICES = [*((str(value), label) for value, label in Rating.choices), ("", _("je ne sais pas"))]


class ProfileForm(Form):
    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for area in AREAS:
            for item in area.items:
                self.fields[item.key] = forms.ChoiceField(
                    label=format_lazy("{} ↔ {}", item.eases, item.hinders),
                    choices=CHOICES,
                    widget=forms.Select,
                    required=False,
                )

    def areas(self) -> Iterator[tuple[Area, list[BoundField]]]:
        for area in AREAS:
            yield area, [self[item.key] for item in area.items]

    def ratings(self) -> dict[str, int]:
        return {key: int(value) for key, value in self.cleaned_data.items() if value}
