"""The kinds of fields that forms of calls add: what each takes, keeps and shows again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.forms import Form
from essaim.common.money import EurosField
from essaim.common.text import in_french
from essaim.dossiers import blocks
from essaim.dossiers.accounts import MOST_CENTS
from essaim.dossiers.blocks import Field
from essaim.people.models import Organisation
from essaim.people.siren import clean_siren
from essaim.territories.forms import TerritoryField

COSTS_AT_MOST = 60
# {name of a field: [(key, label)]}: what an initiative or its components are chosen among.
Options = Mapping[str, Sequence[tuple[str, Any]]]


class SirenField(forms.CharField):
    """Cleans to {"siren", "label"}: the name too, where the organisation is known here."""

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        siren = clean_siren(typed)
        known = Organisation.objects.filter(siren=siren).order_by("pk").first()
        return {"siren": siren, "label": known.name if known else ""}

    def prepare_value(self, value: Any) -> Any:
        return value.get("siren", "") if isinstance(value, dict) else value


class OneOfField(forms.ChoiceField):
    """Cleans to {"slug", "label"}."""

    def clean(self, value: Any) -> Any:
        key = super().clean(value)
        offered: Any = self.choices
        labels = {str(each): str(label) for each, label in offered}
        return {"slug": key, "label": labels[key]} if key else None

    def prepare_value(self, value: Any) -> Any:
        return value.get("slug", "") if isinstance(value, dict) else value


class KeptField(forms.MultipleChoiceField):
    """Cleans to a list of {"key", "label"}, in the order in which they are offered."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, offered: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        self.offered = list(offered)
        shown = [(key, in_french(label)) for key, label in self.offered]
        super().__init__(choices=shown, **kwargs)

    def clean(self, value: Any) -> Any:
        chosen = set(super().clean(value))
        return [
            {"key": str(key), "label": str(label)}
            for key, label in self.offered
            if str(key) in chosen
        ]

    def prepare_value(self, value: Any) -> Any:
        rows = value if isinstance(value, list) else []
        return [row["key"] if isinstance(row, dict) else row for row in rows]


class _Titles(forms.Select):
    """Titles of cards: each said to be French, the empty line is ours."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        made: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if value:
            made["attrs"]["lang"] = "fr"
        return made


def field_of_a_call(field: Field, options: Options, common: dict[str, Any]) -> forms.Field | None:
    """None for a kind that any form has."""
    if field.kind == blocks.CHECKS:
        return forms.MultipleChoiceField(
            choices=[(key, in_french(label)) for key, label in field.choices],
            widget=forms.CheckboxSelectMultiple,
            **common,
        )
    if field.kind == blocks.TERRITORY:
        if not common["help_text"]:
            common = {key: value for key, value in common.items() if key != "help_text"}
        return TerritoryField(**common)
    if field.kind == blocks.ORGANISATION:
        return SirenField(max_length=30, **common)
    offered = options.get(field.name, [])
    if field.kind == blocks.INITIATIVE:
        choices = [("", gettext_lazy("Choisir")), *offered]
        return OneOfField(choices=choices, widget=_Titles, **common)
    if field.kind == blocks.COMPONENTS:
        return KeptField(offered, **common)
    return None


def kept(field: Field, value: Any) -> Any:
    if field.kind == blocks.TERRITORY:
        return {"key": value.address, "label": value.label}
    return value


def initial(field: Field, value: Any) -> Any:
    if field.kind == blocks.TERRITORY and isinstance(value, dict):
        return value.get("key", "")
    return value


# --- the table of costs -------------------------------------------------------------------------
class CostForm(Form):
    mark_optional = False
    label = forms.CharField(label=gettext_lazy("Dépense"), max_length=200, required=False)
    amount_cents = EurosField(label=gettext_lazy("Montant (€)"), required=False)
    requested_cents = EurosField(label=gettext_lazy("Dont demandé (€)"), required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        amount, asked = given.get("amount_cents"), given.get("requested_cents")
        for name, cents in (("amount_cents", amount), ("requested_cents", asked)):
            if cents is not None and not 0 <= cents <= MOST_CENTS:
                self.add_error(name, _("Ce montant est négatif ou hors de mesure."))
        # Else such a line would go without a word.
        if (given.get("label") or asked) and not amount and "amount_cents" not in self.errors:
            self.add_error("amount_cents", _("Donnez le montant de cette dépense."))
        if amount and not given.get("label") and "label" not in self.errors:
            self.add_error("label", _("Dites ce qu’est cette dépense."))
        if amount and asked and asked > amount:
            self.add_error("requested_cents", _("Ce qui est demandé dépasse la dépense."))
        return given


class CostsFormSet(BaseFormSet):  # type: ignore[type-arg]
    title: Any = ""
    add_label: Any = gettext_lazy("Ajouter une dépense")
    line_template = "dossiers/_cost_line.html"
    lang = "fr"  # of its title: a question of the form

    def lines(self) -> list[dict[str, Any]]:
        """Those with an amount; the caller has checked that all are valid."""
        return [
            {
                "label": " ".join(form.cleaned_data["label"].split()),
                "amount_cents": form.cleaned_data["amount_cents"],
                "requested_cents": form.cleaned_data.get("requested_cents") or 0,
            }
            for form in self.forms
            if form.cleaned_data.get("amount_cents")
        ]


def costs_formset(field: Field, data: Any, rows: list[dict[str, Any]]) -> CostsFormSet:
    made = formset_factory(
        CostForm, formset=CostsFormSet, extra=1 if rows else 3, max_num=COSTS_AT_MOST,
        absolute_max=COSTS_AT_MOST + 5, validate_max=True,
    )  # fmt: skip
    found: Any = made(data, prefix=field.name, initial=rows)
    found.title = field.label
    return found  # type: ignore[no-any-return]
