from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.people.models import Organisation, OrganisationKind
from essaim.people.siren import clean_siren, clean_siret
from essaim.territories.forms import TerritoryField


class OrganisationForm(Form):
    name = forms.CharField(label=_("Nom"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Nature"), choices=[("", _("Choisir")), *OrganisationKind.choices]
    )
    siren = forms.CharField(
        label=_("SIREN"),
        max_length=20,
        required=False,
        help_text=_("Neuf chiffres. Il évite de créer deux fois la même organisation."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    siret = forms.CharField(
        label=_("SIRET"),
        max_length=20,
        required=False,
        help_text=_("Seulement pour un établissement à part : quatorze chiffres."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    territory = TerritoryField(label=_("Territoire"), required=False)

    def clean_siret(self) -> str:
        value: str = self.cleaned_data["siret"]
        return clean_siret(value) if value else ""

    def clean_siren(self) -> str:
        value: str = self.cleaned_data["siren"]
        return clean_siren(value) if value else ""

    @classmethod
    def for_(cls, organisation: Organisation) -> OrganisationForm:
        return cls(
            initial={
                "name": organisation.name,
                "kind": organisation.kind,
                "siren": organisation.siren,
                "siret": organisation.siret,
                "territory": organisation.territory,
            }
        )


class MergeForm(Form):
    though_different = forms.BooleanField(
        label=_("Je confirme que c’est la même organisation, malgré leurs numéros"), required=False
    )
    reason = forms.CharField(label=_("Motif"), max_length=500, required=False)

    def __init__(self, *args: Any, different: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not different:
            del self.fields["though_different"]


class OrganisationSearchForm(Form):
    mark_optional = False

    q = forms.CharField(label=_("Nom, SIREN ou SIRET"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("Nature"), choices=[("", _("Toutes")), *OrganisationKind.choices], required=False
    )
