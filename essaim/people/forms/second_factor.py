"""The sign-in package's forms for second factors, in our words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _


class PlainCode:
    """No placeholder that repeats the label; digits on telephones' keyboards."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.pop("placeholder", None)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
        self.fields["code"].label = _("Code")


class AuthenticateForm(PlainCode, base.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _(
            "Les six chiffres de votre application, ou l’un de vos codes de secours."
        )


class ReauthenticateForm(PlainCode, base.ReauthenticateForm):
    pass


class ActivateForm(PlainCode, totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code à six chiffres montré par l’application")


class AddKeyForm(webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Nom, pour la reconnaître")
        self.fields["passwordless"].label = _("Me connecter avec elle seule, sans mot de passe")
        self.fields["passwordless"].help_text = _(
            "Elle demandera alors votre empreinte, votre visage ou un code."
        )


class EditKeyForm(webauthn.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Nom, pour la reconnaître")
