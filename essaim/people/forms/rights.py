"""Consents, and deleting one's account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.people.forms.accounts import AsksConsent
from essaim.people.models import Organisation


class TermsForm(AsksConsent, Form):
    pass


class DeleteAccountForm(Form):
    CREDITED, ANONYMOUS = "credited", "anonymous"

    contributions = forms.ChoiceField(
        label=_("Vos contributions publiées"),
        choices=[
            (ANONYMOUS, _("restent sans votre nom (« Compte supprimé »)")),
            (CREDITED, _("restent créditées à votre nom affiché")),
        ],
        widget=forms.RadioSelect,
    )
    leave_unrepresented = forms.BooleanField(
        label=_("Je laisse ces organisations sans représentant ; les animateurs seront prévenus"),
        required=False,
    )
    code = forms.CharField(
        label=_("Code reçu par e-mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )
    sure = forms.BooleanField(label=_("Je veux supprimer mon compte, définitivement"))

    def __init__(
        self, *args: Any, alone: list[Organisation], needs_code: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not alone:
            del self.fields["leave_unrepresented"]
        if not needs_code:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        """Before the code is used: it serves once."""
        values = self.cleaned_data
        if "leave_unrepresented" in self.fields and not values.get("leave_unrepresented"):
            self.add_error(
                "leave_unrepresented",
                _("Nommez d’abord un autre représentant, ou cochez cette case."),
            )
        return values
