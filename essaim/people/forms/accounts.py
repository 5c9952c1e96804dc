"""Signing in, and one's own account."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form


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
