"""What two territories are compared on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.forms import Form

from ..models import Indicator, Profile
from ..similar import ALL, ANY, HALF, NEAREST, is_of_profile

COMMON = {"half": HALF, "any": ANY, "all": ALL}


def filled(given: dict[str, str], indicators: list[Indicator]) -> dict[str, str]:
    """What the address asks, the rest as it is by default: a profile ticks its indicators, so
    that choosing one's own begins there."""
    asked = {"profile": Profile.GENERAL.value, "k": str(NEAREST), "common": "half"}
    asked |= {name: value for name, value in given.items() if value}
    profile = asked["profile"]
    for number, each in enumerate(indicators):
        asked.setdefault(f"weight_{number}", f"{each.weight:g}")
        if profile != "own":
            asked.pop(f"use_{number}", None)
            if is_of_profile(each, profile):
                asked[f"use_{number}"] = "on"
    return asked


class SimilarForm(Form):
    """Read from the address, completed by ``filled``."""

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
                min_value=0, max_value=100, required=False,
            )  # fmt: skip

    def rows(self) -> list[Any]:
        """Each indicator with its two fields, for the template."""
        return [
            (each, self[f"use_{number}"], self[f"weight_{number}"])
            for number, each in enumerate(self.indicators)
        ]

    def asked(self) -> tuple[list[str], dict[str, float]]:
        """Codes compared, and the weights given."""
        codes, weights = [], {}
        for number, each in enumerate(self.indicators):
            if self.cleaned_data[f"use_{number}"]:
                codes.append(each.code)
                weight = self.cleaned_data[f"weight_{number}"]
                weights[each.code] = each.weight if weight is None else weight
        return codes, weights

    def in_common(self) -> float:
        return COMMON[self.cleaned_data["common"]]
