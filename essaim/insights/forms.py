from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form


def text(label: Any, rows: int, most: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=most, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


class PrepareForm(Form):
    year = forms.IntegerField(
        label=_("Année du rapport"), min_value=2000, max_value=2200,
        help_text=_("Le rapport part des chiffres gardés au plus près de la fin de cette année, ou des derniers si elle n’est pas finie ; vous l’écrivez ensuite."),
    )  # fmt: skip

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year > timezone.localdate().year:
            raise forms.ValidationError(_("Cette année n’a pas commencé."))
        return year


class ReportForm(Form):
    title = forms.CharField(label=_("Titre"), max_length=200)
    introduction = text(_("Introduction"), 6, 10_000)
    highlights = text(
        _("Ce que l’année a montré"), 12, 20_000,
        _("Ce qui s’est repris, ce qui s’est arrêté et ce que l’on en a appris."),
    )  # fmt: skip
    limits = text(_("Ce que ces chiffres ne disent pas"), 6, 10_000)
    # Of the page the form was opened on: a colleague's later words are not overwritten.
    version = forms.IntegerField(widget=forms.HiddenInput)
