"""How the sign-in package speaks with our accounts."""

from __future__ import annotations

import base64
import hashlib
import logging
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from essaim.people import mail_choice, proposals
from essaim.people.actions.consents import give_consent
from essaim.people.models import User

logger = logging.getLogger(__name__)

# Keys of the session: the provider's identity token, and what signing out there waits for.
ID_TOKEN = "openid_id_token"  # noqa: S105 – a name, not a secret
LOGOUT = "openid_logout"


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Keep the name given at sign-up, the texts accepted with it and the mail wanted."""
        user.name = form.cleaned_data.get("name", "") or user.name
        saved: User = super().save_user(request, user, form, commit)
        if commit and hasattr(form, "accepted_texts"):
            give_consent(saved, form.accepted_texts())
            mail_choice.keep_answers(saved, form.cleaned_data)
        return saved

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        headers = {"Auto-Submitted": "auto-generated", **(headers or {})}
        return super().render_mail(template_prefix, email, context, headers)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Before the next page is chosen: the identity provider's token, for signing out there."""
        login = (kwargs.get("signal_kwargs") or {}).get("sociallogin")
        token = login.state.get("id_token") if login is not None else None
        if token:
            request.session[ID_TOKEN] = token
        return super().post_login(request, user, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """After signing in with the provider: the organisation it names, if there is a question."""
        if ID_TOKEN in request.session and proposals.proposed_organisation(request.user):
            return reverse("people:openid_organisation")
        return str(super().get_login_redirect_url(request))

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        if request.session.get(ID_TOKEN):
            return reverse("people:openid_logout")
        return str(super().get_logout_redirect_url(request))

    def logout(self, request: HttpRequest) -> None:
        """Signed out here at once; the page that follows leads to the provider and back."""
        token = request.session.get(ID_TOKEN)
        super().logout(request)
        if token:
            request.session[LOGOUT] = {"id_token": token, "state": secrets.token_urlsafe(24)}


class IdentityAdapter(DefaultSocialAccountAdapter):
    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        user: User = sociallogin.user
        user.email = (data.get("email") or "").lower()
        user.name = data.get("name") or ""
        return user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """The reason is for the log; the page only says what to do."""
        logger.warning(
            "sign-in with the identity provider failed",
            extra={"code": str(error), "reason": str(exception or "")},
        )

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("socialaccount_connections")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted with the site's key: a copy of the database alone opens no account."""

    def _get_site_name(self) -> str:
        return str(settings.SITE["name"])

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    """The first key encrypts; former keys of the site still open what they closed."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = [hashlib.sha256(b"essaim.second_factor" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def provider_logout_url(request: HttpRequest, *, end_session: str, back: str) -> str:
    """Where to send the browser so that the provider ends its session too (RP-initiated logout)."""
    waiting = request.session[LOGOUT]
    parameters = {
        "id_token_hint": waiting["id_token"],
        "state": waiting["state"],
        "post_logout_redirect_uri": back,
    }
    return f"{end_session}{'&' if '?' in end_session else '?'}{urlencode(parameters)}"
