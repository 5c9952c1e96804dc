"""Which scheme helped, and since when."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.schemes.forms.fields import SchemeField


class SchemeUsedForm(Form):
    scheme = SchemeField(
        label=_("Dispositif"),
        help_text=_("Son titre dans l’annuaire, ou l’adresse de sa page ; un dispositif terminé peut avoir servi."),
    )  # fmt: skip
    year = forms.IntegerField(label=_("Depuis l’année"), min_value=1950, required=False)

    def clean_year(self) -> int | None:
        year: int | None = self.cleaned_data["year"]
        if year is not None and year > timezone.localdate().year:
            raise forms.ValidationError(_("Cette année n’est pas encore venue."))
        return year
