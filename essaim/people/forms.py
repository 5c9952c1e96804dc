from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.people.models import Organisation, OrganisationKind
from essaim.people.siren import clean_siren
from essaim.territories.forms import TerritoryField


class OneWordForAddress:
    """The package and the framework say "email" in two French ways: here it is one. Their
    placeholders repeat the label and go."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in {"email", "login"}:
                field.label = _("Adresse e-mail")


class LoginForm(OneWordForAddress, account.LoginForm):
    pass


class CodeRequestForm(OneWordForAddress, account.RequestLoginCodeForm):
    pass


class AddressForm(OneWordForAddress, account.AddEmailForm):
    pass


class PasswordResetForm(OneWordForAddress, account.ResetPasswordForm):
    pass


class PasswordChangeForm(OneWordForAddress, account.ChangePasswordForm):
    pass


class PasswordSetForm(OneWordForAddress, account.SetPasswordForm):
    pass


class NewPasswordForm(OneWordForAddress, account.ResetPasswordKeyForm):
    pass


class SignupForm(OneWordForAddress, account.SignupForm):
    """A name and an address; a password only for those who want one."""

    mark_optional = True
    field_order = ["name", "email", "password1"]

    name = forms.CharField(
        label=_("Votre nom"),
        max_length=100,
        help_text=_("Montré aux autres membres ; au public seulement si vous le décidez."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _(
            "Douze caractères au moins. Sans mot de passe, vous recevrez un code à chaque connexion."
        )


class ProfileForm(Form):
    name = forms.CharField(
        label=_("Nom affiché"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    name_is_public = forms.BooleanField(
        label=_("Montrer mon nom à tout le monde"),
        required=False,
        help_text=_(
            "Sinon, vos contributions portent pour le public le nom de votre organisation ;"
            " les membres connectés lisent toujours le vôtre."
        ),
    )


class OrganisationForm(Form):
    name = forms.CharField(label=_("Nom"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Nature"), choices=[("", _("Choisir")), *OrganisationKind.choices]
    )
    siren = forms.CharField(
        label=_("SIREN"),
        max_length=20,
        required=False,
        help_text=_("Neuf chiffres. Il évite de créer deux fois la même organisation."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    territory = TerritoryField(label=_("Territoire"), required=False)

    def clean_siren(self) -> str:
        value: str = self.cleaned_data["siren"]
        return clean_siren(value) if value else ""

    @classmethod
    def for_(cls, organisation: Organisation) -> OrganisationForm:
        return cls(
            initial={
                "name": organisation.name,
                "kind": organisation.kind,
                "siren": organisation.siren,
                "territory": organisation.territory,
            }
        )


class OrganisationSearchForm(Form):
    mark_optional = False

    q = forms.CharField(label=_("Nom ou SIREN"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("Nature"), choices=[("", _("Toutes")), *OrganisationKind.choices], required=False
    )
