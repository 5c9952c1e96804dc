"""Files of indicators, the columns they are told by, and what an indicator is called."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.forms import Form

from ..indicator_file import CODE, Column, Head, Mapping
from ..lookup import kind_names
from ..models import Indicator


class IndicatorFileForm(Form):
    file = forms.FileField(
        label=gettext_lazy("Fichier CSV"),
        help_text=gettext_lazy(
            "Une valeur par ligne (territory, indicator, year, value, source), ou un territoire"
            " par ligne et une colonne par indicateur. 200 Mo au plus."
        ),
    )


class ShapeForm(Form):
    """Which column names the territory, and what holds for the whole file."""

    territory = forms.TypedChoiceField(label=gettext_lazy("Colonne du territoire"), coerce=int)
    kind = forms.ChoiceField(
        label=gettext_lazy("Nature des territoires donnés par leur seul code"),
        help_text=gettext_lazy("Inutile quand le fichier écrit commune:38185 ou epci:200040715."),
        required=False,
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("Par exemple : INSEE, Filosofi 2015."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, seen: Head, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [
            (at, name or _("colonne %(n)s") % {"n": at + 1}) for at, name in enumerate(seen.names)
        ]
        self.fields["territory"].choices = names  # type: ignore[attr-defined]
        kinds = kind_names()
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("déduite de chaque code")),
            *((kind, str(name)) for kind, name in kinds.items()),
        ]


class LongShapeForm(ShapeForm):
    """One value a line."""

    indicator = forms.TypedChoiceField(label=gettext_lazy("Colonne de l’indicateur"), coerce=int)
    year = forms.TypedChoiceField(label=gettext_lazy("Colonne de l’année"), coerce=int)
    value = forms.TypedChoiceField(label=gettext_lazy("Colonne de la valeur"), coerce=int)
    source_column = forms.TypedChoiceField(
        label=gettext_lazy("Colonne de la source"), coerce=int, required=False, empty_value=None
    )

    def __init__(self, *args: Any, seen: Head, **kwargs: Any) -> None:
        super().__init__(*args, seen=seen, **kwargs)
        names = self.fields["territory"].choices  # type: ignore[attr-defined]
        for name in ("indicator", "year", "value"):
            self.fields[name].choices = names  # type: ignore[attr-defined]
        self.fields["source_column"].choices = [("", _("aucune")), *names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        columns = [given.get(n) for n in ("territory", "indicator", "year", "value")]
        if None not in columns and len(set(columns)) < 4:
            raise ValidationError(_("Une même colonne ne peut pas servir deux fois."))
        return given

    def mapping(self) -> Mapping:
        given = self.cleaned_data
        return Mapping(
            territory=given["territory"], kind=given["kind"], source_text=given["source"],
            indicator=given["indicator"], year=given["year"], value=given["value"],
            source=given["source_column"],
        )  # fmt: skip


class ColumnForm(Form):
    """One column of a wide file: the indicator it is, or nothing."""

    mark_optional = False
    use_required_attribute = False
    at = forms.IntegerField(widget=forms.HiddenInput)
    load = forms.BooleanField(label=gettext_lazy("charger"), required=False)
    code = forms.CharField(label=gettext_lazy("Code"), max_length=60, required=False)
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=200, required=False)
    year = forms.IntegerField(
        label=gettext_lazy("Année"), min_value=1800, max_value=2100, required=False
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("load"):
            return given
        code = " ".join((given.get("code") or "").split())
        if not CODE.fullmatch(code):
            self.add_error("code", _("Un code a 60 caractères au plus, sans virgule."))
        if "year" in given and given["year"] is None:
            self.add_error("year", _("L’année manque."))
        return given | {"code": code}

    def column(self) -> Column:
        given = self.cleaned_data
        return Column(given["at"], given["code"], given["year"], given["name"])


class BaseColumns(forms.BaseFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        if any(self.errors):
            return
        codes = [(f.cleaned_data["code"].lower(), f.cleaned_data["year"]) for f in self.chosen()]
        if not codes:
            raise ValidationError(_("Cochez au moins une colonne à charger."))
        if len(set(codes)) < len(codes):
            raise ValidationError(_("Deux colonnes ont le même code et la même année."))

    def chosen(self) -> list[ColumnForm]:
        return [form for form in self.forms if form.cleaned_data.get("load")]


ColumnsFormSet = forms.formset_factory(
    ColumnForm, formset=BaseColumns, extra=0, max_num=2000, absolute_max=2000
)


class IndicatorForm(Form, forms.ModelForm):
    """What people read of an indicator; the action saves it."""

    class Meta:
        model = Indicator
        fields = ["name", "unit", "source", "description", "profile", "weight"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "profile": gettext_lazy(
                "Le profil « général » réunit tous les indicateurs ; « social » et « rural » ne"
                " gardent que les leurs, avec la population."
            ),
            "weight": gettext_lazy(
                "1 pour tous si rien ne justifie autre chose ; 0 laisse l’indicateur de côté."
            ),
        }

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data
