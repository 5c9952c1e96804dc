"""« Not for us, because… », and the filters of the managers' pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.matching.models import TEXT_LENGTH, Category
from essaim.territories.forms import TerritoryField
from essaim.themes.models import Theme

CATEGORIES = [(value, capfirst(label)) for value, label in Category.choices]

# Reasons that make sense of what is no initiative, scheme or call.
CATEGORIES_OF = {
    "pool": {Category.OFF_TOPIC, Category.COST, Category.CONTEXT, Category.MODE, Category.TRIED,
             Category.OTHER},
    "sponsor": {Category.OFF_TOPIC, Category.CONTEXT, Category.TRIED, Category.OTHER},
}  # fmt: skip


class DismissForm(Form):
    category = forms.ChoiceField(
        label=_("Ce n’est pas pour nous, parce que…"),
        choices=CATEGORIES,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("En quelques mots"),
        help_text=_(
            "Ces mots seront lus, sans votre nom, par ceux qui lisent ce besoin et par les"
            " animateurs. Sans nom ni coordonnées de personnes."
        ),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = CATEGORIES_OF.get(kind)
        if known is not None:
            self.fields["category"].choices = [  # type: ignore[attr-defined]
                each for each in CATEGORIES if each[0] in known
            ]


class BoardForm(Form):
    """Reads the query string of ``/besoins/sans-reponse``."""

    mark_optional = False

    territory = TerritoryField(label=_("Territoire"), required=False)
    theme = forms.ModelChoiceField(
        label=_("Thème"),
        queryset=Theme.objects.all(),
        to_field_name="slug",
        empty_label=_("Tous"),
        required=False,
    )

    def filters(self) -> dict[str, Any]:
        """What could be understood; the form's errors say what was left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in self.fields}


class KnowledgeForm(Form):
    """Reads the query string of ``/gestion/reponses-ecartees``."""

    mark_optional = False

    category = forms.ChoiceField(
        label=_("Raison"), choices=[("", _("Toutes")), *CATEGORIES], required=False
    )
