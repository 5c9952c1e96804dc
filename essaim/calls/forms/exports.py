"""Choosing columns and a format."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.calls.exporting import Column
from essaim.calls.models import ExportFormat
from essaim.common.forms import Form


class ExportForm(Form):
    format = forms.ChoiceField(
        label=_("Format"), choices=ExportFormat.choices, widget=forms.RadioSelect,
        initial=ExportFormat.XLSX,
    )  # fmt: skip
    columns = forms.MultipleChoiceField(
        label=_("Colonnes"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("Le ZIP des fichiers n’en tient pas compte."),
    )  # fmt: skip

    def __init__(self, *args: Any, columns: list[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = [  # type: ignore[attr-defined]
            (str(group), [(each.name, each.label) for each in members])
            for group, members in groupby(columns, key=lambda each: each.group)
        ]

    def groups(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Columns by block, as the page shows them."""
        chosen = set(self["columns"].value() or [])
        return [
            (group, [{"value": v, "label": label, "selected": v in chosen} for v, label in members])
            for group, members in self.fields["columns"].choices  # type: ignore[attr-defined]
        ]


class TemplateForm(Form):
    name = forms.CharField(
        label=_("Nom du modèle"), max_length=80,
        help_text=_("Le même nom qu’un modèle de cet appel le remplace."),
    )  # fmt: skip
