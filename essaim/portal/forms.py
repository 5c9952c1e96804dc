from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.territories.forms import TerritoryField


class NeedSearchForm(Form):
    """The first door: a sentence and a place, answered by the bank's search page."""

    mark_optional = False

    q = forms.CharField(
        label=_("Votre besoin, avec vos mots"),
        required=False,
        max_length=10_000,
        help_text=_("Exemple : des personnes âgées isolées ne mangent plus de repas équilibrés"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    territory = TerritoryField(label=_("Votre territoire"), required=False)
