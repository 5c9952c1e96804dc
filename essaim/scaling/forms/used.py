"""Which scheme helped, and since when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.schemes.models import Scheme


class SchemeUsedForm(Form):
    scheme = forms.ModelChoiceField(
        label=_("Dispositif"), queryset=Scheme.objects.none(), to_field_name="slug",
        empty_label=_("Choisir"),
        help_text=_("De l’annuaire ; un dispositif terminé peut avoir servi."),
    )  # fmt: skip
    year = forms.IntegerField(label=_("Depuis l’année"), min_value=1950, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scheme: Any = self.fields["scheme"]
        scheme.queryset = Scheme.objects.published().only("slug", "title").order_by("sort_title")

    def clean_year(self) -> int | None:
        year: int | None = self.cleaned_data["year"]
        if year is not None and year > timezone.localdate().year:
            raise forms.ValidationError(_("Cette année n’est pas encore là."))
        return year
