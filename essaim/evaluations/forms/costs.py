"""The avoided-costs calculator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.evaluations.models import AvoidedCostLine

from .fields import NumberField

MOST_LINES = 30
HINTS = {
    "units": (_("Unités évitées"), _("Nuits, procédures, passages… pour toutes les personnes aidées.")),
    "unit_cost": (_("Coût d’une unité (€)"), ""),
    "deadweight": (_("Serait arrivé sans vous (%)"), _("L’effet d’aubaine.")),
    "attribution": (_("Part due à vous (%)"), _("Le reste vient d’autres aides.")),
    "cashable": (_("Part vraiment économisée (%)"), _("Qui sort du budget ; le reste est du temps ou des places libérés.")),
}  # fmt: skip
ENDS = {"low": _("bas"), "central": _("central"), "high": _("haut")}


class RateForm(Form):
    discount_rate = NumberField(
        label=_("Taux d’actualisation (% par an)"),
        min_value=0,
        max_value=20,
        max_digits=5,
        decimal_places=2,
        help_text=_("Ce que vaut aujourd’hui un euro économisé dans un an."),
    )
    rate_source = forms.CharField(
        label=_("Source du taux"), max_length=300,
        help_text=_("Le rapport ou la note dont il vient, avec sa date."),
    )  # fmt: skip


class LineForm(Form):
    """One avoided cost; an empty one is left out."""

    payer = forms.CharField(
        label=_("Payeur"),
        max_length=200,
        required=False,
        help_text=_("Qui ne paie plus : le département, l’assurance maladie, la commune…"),
    )
    label = forms.CharField(label=_("Coût évité"), max_length=250, required=False)
    source = forms.CharField(label=_("Source du coût unitaire"), max_length=300, required=False)
    year = forms.IntegerField(
        label=_("Année"), min_value=0, max_value=50, required=False, initial=0,
        help_text=_("0 : tout de suite ; 1 : dans un an."),
    )  # fmt: skip
    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in AvoidedCostLine.RANGES:
            for end, word in ENDS.items():
                share = name in AvoidedCostLine.SHARES
                self.fields[f"{name}_{end}"] = NumberField(
                    label=word,
                    min_value=0,
                    max_value=100 if share else None,
                    max_digits=5 if share else 14,
                    decimal_places=2,
                    required=False,
                )

    @property
    def ranges(self) -> list[dict[str, Any]]:
        """For the template: each range with its three fields."""
        return [
            {"title": title, "hint": hint, "name": name, "id": f"{self.prefix}-{name}",
             "fields": [self[f"{name}_{end}"] for end in ENDS]}
            for name, (title, hint) in HINTS.items()
        ]  # fmt: skip

    @property
    def is_empty(self) -> bool:
        given = self.cleaned_data
        return not any(v not in (None, "", 0) for k, v in given.items() if k != "year")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            not any(v not in (None, "", 0) for k, v in cleaned.items() if k != "year")
            and not self.errors
        ):
            return cleaned
        for name in ("payer", "label", "source"):
            if not cleaned.get(name):
                self.add_error(name, _("À remplir."))
        for name in AvoidedCostLine.RANGES:
            self._complete(cleaned, name)
        cleaned["year"] = cleaned.get("year") or 0
        return cleaned

    def _complete(self, cleaned: dict[str, Any], name: str) -> None:
        """A central value alone is taken as known exactly."""
        low, central, high = (cleaned.get(f"{name}_{end}") for end in ENDS)
        if central is None:
            if f"{name}_central" not in self.errors:
                self.add_error(f"{name}_central", _("Donnez au moins la valeur centrale."))
            return
        low = central if low is None else low
        high = central if high is None else high
        if not low <= central <= high:
            self.add_error(
                f"{name}_central", _("Le bas ne dépasse pas le central, ni le central le haut.")
            )
        cleaned[f"{name}_low"], cleaned[f"{name}_high"] = low, high


LineFormSet = forms.formset_factory(LineForm, extra=1, max_num=MOST_LINES, validate_max=True)
