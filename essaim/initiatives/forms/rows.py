"""One form for each kind of row of the sheet, and the formset that holds them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.initiatives.forms.fields import AmountField, PeriodField, WebAddressField
from essaim.initiatives.levels import LEVELS
from essaim.initiatives.models import Component, EconomicLine, Evidence, Material, Partner
from essaim.initiatives.sections import ROWS_AT_MOST


class RowForm(Form):
    """A row: blank, it does not count; ``id`` is that of the row it was opened on."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    use_required_attribute = False

    def has_changed(self) -> bool:
        return bool({*self.changed_data} - {"id", "ORDER", "DELETE"})


class StepRow(RowForm):
    text = forms.CharField(
        label=_("Étape"), max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )


class PrerequisiteRow(RowForm):
    text = forms.CharField(
        label=_("Prérequis"), max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )


class PartRow(RowForm, forms.ModelForm):
    """Labels, lengths and choices come from the model; nothing is saved by the form."""

    def clean(self) -> dict[str, Any]:
        # The parent's would have each constraint checked by a query; they are said below.
        return self.cleaned_data


class ComponentRow(PartRow):
    class Meta:
        model = Component
        fields = ["name", "kind", "why", "variants", "red_lines"]
        widgets = {
            name: forms.Textarea(attrs={"rows": 2}) for name in ["why", "variants", "red_lines"]
        }
        help_texts = {
            "kind": _("Le cœur se garde, la marge s’adapte."),
            "why": _("Pour le cœur : ce que l’on perd sans elle."),
            "variants": _("Pour la marge : une variante par ligne."),
            "red_lines": _("Ce qui en ferait autre chose : une par ligne."),
        }


class PartnerRow(PartRow):
    class Meta:
        model = Partner
        fields = ["name", "nature", "contribution", "phase"]
        widgets = {"contribution": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "nature": _("Commune, association, bailleur, entreprise…"),
            "phase": _("À partir de quand : préparation, installation, vie courante…"),
        }


class EconomicRow(PartRow):
    period = PeriodField(label=_("Période"), required=False)
    unit = forms.CharField(label=_("Unité"), max_length=60, required=False, initial="€")

    class Meta:
        model = EconomicLine
        fields = ["line", "label", "low", "central", "high", "unit", "period", "payer", "source"]
        field_classes = dict.fromkeys(["low", "central", "high"], AmountField)
        help_texts = {
            "label": _("Par exemple : un mi-temps d’animation."),
            "central": _("Une seule valeur connue ? Mettez-la ici."),
            "source": _(
                "D’où vient le chiffre : budget, facture, estimation. Inventé : « fictif »."
            ),
            "payer": _("Pour un coût évité : qui ne paie plus."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["period"]
        assert isinstance(field, PeriodField)
        field.keep(self.data.get(self.add_prefix("period")) or self.initial.get("period") or "")

    def clean(self) -> dict[str, Any]:
        known = [
            (name, self.cleaned_data[name])
            for name in ("low", "central", "high")
            if self.cleaned_data.get(name) is not None
        ]
        for name, value in known:
            if value < 0:
                self.add_error(name, _("Un montant ne peut pas être négatif."))
        if [value for _name, value in known] != sorted(value for _name, value in known):
            raise ValidationError(_("Le bas ne dépasse pas le central, ni le central le haut."))
        return self.cleaned_data


class MaterialRow(PartRow):
    class Meta:
        model = Material
        fields = ["title", "url", "licence"]
        field_classes = {"url": WebAddressField}
        help_texts = {"licence": _("Par exemple : Licence Ouverte 2.0, CC BY 4.0.")}


class EvidenceRow(PartRow):
    level = forms.TypedChoiceField(
        label=_("Niveau de preuve"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [
            ("", _("non établi")),
            *((n, f"{n} – {name}") for n, (name, _meaning) in LEVELS.items()),
        ],
    )

    class Meta:
        model = Evidence
        fields = ["kind", "title", "url", "year", "level"]
        field_classes = {"url": WebAddressField}

    def clean_year(self) -> int | None:
        year: int | None = self.cleaned_data["year"]
        if year is not None and not 1900 <= year <= 2200:
            raise ValidationError(_("L’année est hors du calendrier attendu."))
        return year


class RowFormSet(BaseFormSet):
    """Every row is an extra one: emptied, it disappears; none must be filled in."""

    title: Any = ""
    add_label: Any = ""

    def initial_form_count(self) -> int:
        return 0

    def total_form_count(self) -> int:
        if self.is_bound:
            return super().total_form_count()
        return len(self.initial or []) or 1

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Rang")
        form.fields["ORDER"].help_text = _("Vide : dans l’ordre affiché.")
        form.fields["ORDER"].min_value = 1
        form.fields["DELETE"].label = _("Retirer cette ligne")

    def rows(self) -> list[dict[str, Any]]:
        """The rows to keep, in order; each knows the form it was typed in (``prefix``)."""
        return [
            {
                "prefix": form.prefix,
                **{k: v for k, v in form.cleaned_data.items() if k not in {"ORDER", "DELETE"}},
            }
            for form in self.ordered_forms
            if form.cleaned_data
        ]


# By list or column of the section: form of a row, what « Ajouter » adds, title of the list.
ROWS: dict[str, tuple[type[RowForm], Any, Any]] = {
    "steps": (StepRow, _("Ajouter une étape"), _("Étapes")),
    "prerequisites": (PrerequisiteRow, _("Ajouter un prérequis"), _("Prérequis")),
    "components": (ComponentRow, _("Ajouter une composante"), _("Composantes")),
    "partners": (PartnerRow, _("Ajouter un partenaire"), _("Partenaires")),
    "economics": (EconomicRow, _("Ajouter une ligne"), _("Lignes économiques")),
    "materials": (MaterialRow, _("Ajouter un matériel"), _("Matériel réutilisable")),
    "evidence": (EvidenceRow, _("Ajouter une preuve"), _("Preuves")),
}


def row_formset(name: str) -> type[RowFormSet]:
    return forms.formset_factory(  # type: ignore[return-value]
        ROWS[name][0],
        formset=RowFormSet,
        can_order=True,
        can_delete=True,
        max_num=ROWS_AT_MOST,
        absolute_max=ROWS_AT_MOST + 1,
        validate_max=True,
    )
