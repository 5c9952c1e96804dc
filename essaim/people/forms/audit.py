from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.people import audit
from essaim.people.models import User


class AuditForm(Form):
    mark_optional = False

    kind = forms.ChoiceField(label=_("Ce qui a changé"), required=False)
    person = forms.CharField(
        label=_("Adresse e-mail de la personne"), max_length=254, required=False
    )
    action = forms.CharField(label=_("Action (dans le code)"), max_length=60, required=False)
    number = forms.IntegerField(
        label=_("Numéro de l’objet"), min_value=1, max_value=2**62, required=False
    )
    since = forms.DateField(
        label=_("Du"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Au"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(k.key, k.label) for k in audit.kinds()]  # type: ignore[attr-defined]

    def clean_person(self) -> User | None:
        address: str = self.cleaned_data["person"].strip()
        if not address:
            return None
        found = User.objects.filter(email__iexact=address).first()
        if found is None:
            raise forms.ValidationError(_("Aucun compte n’a cette adresse."))
        return found

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("since") and values.get("until") and values["since"] > values["until"]:
            self.add_error("until", _("La fin précède le début."))
        return values

    def filters(self) -> dict[str, Any]:
        names = ("person", "action", "number", "since", "until")
        return {name: self.cleaned_data.get(name) for name in names}
