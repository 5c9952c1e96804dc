"""The OpenID Connect provider that the environment names, for the sign-in package.

An account is linked on issuer and subject, never on an e-mail address. The address that the
provider gives is confirmed by a code, as any other: known or not, the person sees the same page.
"""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import (
    OAuth2Adapter,
    OAuth2CallbackView,
    OAuth2LoginView,
)
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from requests import RequestException

from essaim.people import openid

# What is kept of the provider's answer: the person can read it among their data.
KEPT = (
    *("iss", "sub", "uid", "siret", "email", "given_name", "usual_name", "family_name"),
    "organization_name",  # by some providers; not by ProConnect
)


class OpenIDAdapter(OAuth2Adapter):
    provider_id = "proconnect"

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.state: dict[str, Any] = {}

    @property
    def server(self) -> dict[str, Any]:
        return openid.discover(settings.OPENID["server"])

    @property
    def access_token_url(self) -> str:  # type: ignore[override]
        return str(self.server["token_endpoint"])

    @property
    def authorize_url(self) -> str:
        return str(self.server["authorization_endpoint"])

    @property
    def basic_auth(self) -> bool:  # type: ignore[override]
        methods = self.server.get("token_endpoint_auth_methods_supported", [])
        return "client_secret_post" not in methods and "client_secret_basic" in methods

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return str(build_absolute_uri(request, reverse("people:openid_callback")))

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> Any:
        raw = kwargs["response"].get("id_token", "")
        identity = openid.verify_id_token(raw, nonce=self.state.get("nonce", ""))
        person = openid.fetch_userinfo(token.token, subject=identity["sub"])
        # Signing out at the provider needs it (id_token_hint).
        self.state["id_token"] = raw
        claims = {**person, "iss": identity["iss"], "sub": identity["sub"]}
        return self.get_provider().sociallogin_from_response(request, claims)


class OpenIDProvider(OAuth2Provider):
    id = "proconnect"
    name = "ProConnect"
    account_class = ProviderAccount
    oauth2_adapter_class = OpenIDAdapter
    pkce_enabled_default = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = self.app.name

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("people:openid_login")

    def get_callback_url(self) -> str:
        return reverse("people:openid_callback")

    def get_default_scope(self) -> list[str]:
        return ["openid", "given_name", "usual_name", "email", "uid", "siret"]

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Ours, whatever the address says."""
        return self.get_scope()

    def get_auth_params_from_request(self, request: HttpRequest, action: Any) -> dict[str, str]:
        return (
            {"acr_values": settings.OPENID["acr_values"]} if settings.OPENID["acr_values"] else {}
        )

    def redirect(
        self,
        request: HttpRequest,
        process: Any,
        next_url: str | None = None,
        data: Any = None,
        **kwargs: Any,
    ) -> HttpResponse:
        nonce = secrets.token_urlsafe(24)
        parameters = {**(kwargs.pop("auth_params", None) or {}), "nonce": nonce}
        return super().redirect(
            request, process, next_url, data, auth_params=parameters, nonce=nonce, **kwargs
        )

    def extract_uid(self, data: dict[str, Any]) -> str:
        uid = f"{data['iss']} {data['sub']}"
        if len(uid) > 191:
            raise openid.Refused("issuer and subject are too long to be kept")
        return uid

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, str]:
        return {name: str(data[name]) for name in KEPT if data.get(name)}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        names = [data.get("given_name"), data.get("usual_name") or data.get("family_name")]
        return {
            "email": data.get("email"),
            "name": " ".join(str(name) for name in names if name)[:100],
        }

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Unverified: the provider's word opens no account by its address."""
        if not data.get("email"):
            return []
        return [EmailAddress(email=str(data["email"]), verified=False, primary=True)]


class LoginView(OAuth2LoginView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except (RequestException, openid.Refused) as error:
            return unreachable(request, self.adapter.get_provider(), error)


class CallbackView(OAuth2CallbackView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().dispatch(request, *args, **kwargs)

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        """Let the adapter see what was kept of the request, its nonce above all."""
        state, response = super()._get_state(request, provider)
        if isinstance(self.adapter, OpenIDAdapter) and state is not None:
            self.adapter.state = state
        return state, response


def unreachable(request: HttpRequest, provider: Any, error: Exception) -> HttpResponse:
    from allauth.socialaccount.helpers import render_authentication_error

    return render_authentication_error(request, provider, exception=error)


login = LoginView.adapter_view(OpenIDAdapter)
callback = CallbackView.adapter_view(OpenIDAdapter)
