"""What is asked of « where would it be useful? », and a proposal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from essaim.common.forms import Form, OnceForm
from essaim.introductions.useful.ranking import HIGH, LOW, Asked
from essaim.people.models import Organisation
from essaim.territories.forms import TerritoryField
from essaim.territories.models import Indicator

KINDS = [
    ("epci", gettext_lazy("intercommunalités")),
    ("department", gettext_lazy("départements")),
    ("commune", gettext_lazy("communes")),
    ("region", gettext_lazy("régions")),
]
KIND = "epci"
DIRECTIONS = [
    ("", gettext_lazy("peu importe")),
    (HIGH, gettext_lazy("élevé")),
    (LOW, gettext_lazy("bas")),
]


def kind_asked(given: Any) -> str:
    kind = given.get("kind", KIND)
    return kind if kind in dict(KINDS) else KIND


class UsefulForm(Form):
    """Read from the address."""

    mark_optional = False
    kind = forms.ChoiceField(label=gettext_lazy("Classer les"), choices=KINDS)
    within = TerritoryField(label=gettext_lazy("Seulement dans"), required=False)
    with_sites = forms.BooleanField(
        label=gettext_lazy("Montrer aussi les territoires où elle existe déjà"), required=False
    )
    reachable = forms.BooleanField(
        label=gettext_lazy("Seulement là où une organisation accepte les propositions"),
        required=False,
    )

    def __init__(self, *args: Any, indicators: list[Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicators = indicators
        for each in indicators:
            self.fields[f"i_{each.code}"] = forms.ChoiceField(
                label=each.name, choices=DIRECTIONS, required=False,
                help_text=", ".join(filter(None, [each.unit, each.source])),
            )  # fmt: skip

    def plain(self) -> list[Any]:
        return [self["kind"], self["within"]]

    def directions(self) -> list[Any]:
        return [self[f"i_{each.code}"] for each in self.indicators]

    def asked(self) -> Asked:
        """What could be understood; the errors say what was left out."""
        self.is_valid()
        given = self.cleaned_data
        chosen = [(each, given.get(f"i_{each.code}", "")) for each in self.indicators]
        return Asked(
            kind=given.get("kind", KIND),
            indicators=[(each, direction) for each, direction in chosen if direction],
            within=given.get("within"),
            with_sites=given.get("with_sites", False),
            reachable=given.get("reachable", False),
        )


class ProposeForm(OnceForm):
    """Carries an identifier, so that sending it twice proposes once."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("À quelle organisation"),
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        empty_label=None,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi elle leur serait utile"),
        help_text=gettext_lazy(
            "Ce qui vous fait penser à ce territoire, ce que vous proposez : un appel, une visite."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=3000,
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=[each.pk for each in organisations])
        if len(organisations) == 1:
            field.initial = organisations[0].slug
