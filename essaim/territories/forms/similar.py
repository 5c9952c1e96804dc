"""What two territories are compared on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.forms import Form

from ..models import Indicator, Profile
from ..similar import ALL, ANY, HALF, POPULATION

COMMON = {"half": HALF, "any": ANY, "all": ALL}
ALWAYS = {POPULATION, "density"}  # in every profile


class SimilarForm(Form):
    """Read from the address: nothing chosen is the general profile with the weights it has."""

    mark_optional = False
    profile = forms.ChoiceField(
        label=gettext_lazy("Comparer selon le profil"),
        choices=[*Profile.choices, ("own", gettext_lazy("mes indicateurs, cochés ci-dessous"))],
        required=False,
    )
    k = forms.TypedChoiceField(
        label=gettext_lazy("Combien en montrer"),
        choices=[(n, str(n)) for n in (5, 10, 15)],
        coerce=int,
        required=False,
        initial=10,
    )
    common = forms.ChoiceField(
        label=gettext_lazy("Indicateurs en commun"),
        choices=[
            ("half", gettext_lazy("la moitié au moins (en poids)")),
            ("all", gettext_lazy("tous")),
            ("any", gettext_lazy("un seul suffit")),
        ],
        required=False,
    )

    def __init__(self, *args: Any, indicators: list[Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicators = indicators
        for number, each in enumerate(indicators):
            self.fields[f"use_{number}"] = forms.BooleanField(
                label=each.name, required=False, widget=forms.CheckboxInput
            )
            self.fields[f"weight_{number}"] = forms.FloatField(
                label=_("Poids de « %(name)s »") % {"name": each.name},
                min_value=0, max_value=100, required=False, initial=each.weight,
            )  # fmt: skip

    def rows(self) -> list[Any]:
        """Each indicator with its two fields, for the template."""
        return [
            (each, self[f"use_{number}"], self[f"weight_{number}"])
            for number, each in enumerate(self.indicators)
        ]

    def profile_asked(self) -> str:
        return self.cleaned_data["profile"] or Profile.GENERAL

    def asked(self) -> tuple[list[str], dict[str, float]]:
        """Codes compared, and the weights given."""
        profile = self.profile_asked()
        codes, weights = [], {}
        for number, each in enumerate(self.indicators):
            if profile == "own":
                if not self.cleaned_data[f"use_{number}"]:
                    continue
            elif not (profile in {Profile.GENERAL, each.profile} or each.code.lower() in ALWAYS):
                continue
            codes.append(each.code)
            weight = self.cleaned_data[f"weight_{number}"]
            if weight is not None:
                weights[each.code] = weight
        return codes, weights

    def in_common(self) -> float:
        return COMMON[self.cleaned_data["common"] or "half"]
