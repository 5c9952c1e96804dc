"""The filters of the catalogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from essaim.catalogue.selection import MODES, READY, STANDARDS, Selection
from essaim.common.forms import Form
from essaim.territories.forms import TerritoryField
from essaim.territories.models import KINDS
from essaim.themes.models import Theme


class CatalogueForm(Form):
    """A wrong value is told and left out; the rest of the selection holds."""

    mark_optional = False
    data: QueryDict

    standard = forms.ChoiceField(
        label=_("Initiatives"), choices=list(STANDARDS.items()), required=False
    )
    territory = TerritoryField(label=_("Territoire"), required=False)
    theme = forms.ModelMultipleChoiceField(
        label=_("Thème"),
        queryset=Theme.objects.all(),
        to_field_name="slug",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    mode = forms.ChoiceField(
        label=_("Mode de changement d’échelle"),
        choices=[("", _("tous")), *MODES.items()],
        required=False,
    )

    def __init__(self, data: Any):
        super().__init__(data)

    def selection(self) -> Selection:
        self.is_valid()
        clean = self.cleaned_data
        territory = clean.get("territory")
        if territory and territory.kind in KINDS:
            self.data = self.data.copy()
            self.data["territory"] = territory.label
        return Selection(
            territory=territory,
            themes=tuple(clean.get("theme") or ()),
            mode=clean.get("mode") or "",
            standard=clean.get("standard") or READY,
        )
