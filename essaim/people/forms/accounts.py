"""Signing in, and one's own account."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.socialaccount import forms as identity
from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.people import mail_choice
from essaim.people.actions.consents import texts_in_force
from essaim.people.models import ConsentText


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


class ReauthenticateForm(OneWordForAddress, account.ReauthenticateForm):
    pass


class NewPasswordForm(OneWordForAddress, account.ResetPasswordKeyForm):
    pass


class AsksConsent:
    """One box for each text in force: the terms must be accepted, the others may be. Then what
    the person wants by mail."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts = texts_in_force()
        for text in self.texts:
            required = text.kind == ConsentText.Kind.TERMS
            self.fields[f"accept_{text.kind}"] = forms.BooleanField(
                label=consent_label(text),
                required=required,
                error_messages={
                    "required": _("Sans votre accord, le compte ne peut pas être ouvert.")
                },
            )
        # Nothing is ticked: a yes is given, a no costs nothing.
        self.fields.update(mail_choice.questions())

    def accepted_texts(self) -> list[ConsentText]:
        return [text for text in self.texts if self.cleaned_data.get(f"accept_{text.kind}")]


def consent_label(text: ConsentText) -> str:
    """What the person says yes to, with a way to read it first."""
    words = {
        ConsentText.Kind.TERMS: gettext("J’accepte les conditions d’utilisation"),
        ConsentText.Kind.MAIL: gettext("Je veux bien recevoir des courriels d’information"),
    }[ConsentText.Kind(text.kind)]
    return format_html(
        '{} (<a href="{}#{}" target="_blank" rel="noopener" title="{}">{}</a>)',
        words,
        reverse("people:terms"),
        text.kind,
        gettext("Lire ce texte – nouvelle fenêtre"),
        gettext("lire"),
    )


class SignupForm(AsksConsent, OneWordForAddress, account.SignupForm):
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


class IdentitySignupForm(AsksConsent, OneWordForAddress, identity.SignupForm):
    """The first time that an identity provider vouches for someone: the address it gave, if any,
    to be confirmed by a code, and what is asked of whoever signs up."""

    mark_optional = True


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
