"""OpenID Connect as ProConnect speaks it: its discovery document, its keys, its signed answers.

Both the identity token and the answer about the person (userinfo) are signed documents; each is
verified here against the provider's published keys, whatever the transport.
"""

from __future__ import annotations

from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import ProviderException
from django.conf import settings
from django.core.cache import caches
from django.utils.crypto import constant_time_compare

# Never "none", never a shared secret: what is signed with the provider's private key.
ALGORITHMS = ["RS256", "ES256"]
# Clocks of two machines differ by some seconds.
LEEWAY = 60
DISCOVERY_SECONDS = 600
DISCOVERED = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class Refused(ProviderException):
    """An answer of the provider that cannot be trusted; the reason is for the log."""


def discover(server: str) -> dict[str, Any]:
    """The provider's own description, kept ten minutes by each process.

    Raises Refused where it lacks an address or speaks for another issuer, and
    requests.RequestException where it cannot be reached.
    """
    found = caches["local"].get_or_set(
        f"openid:{server}", lambda: _discover(server), DISCOVERY_SECONDS
    )
    return dict(found or {})


def _discover(server: str) -> dict[str, Any]:
    found = _get(f"{server}/.well-known/openid-configuration").json()
    missing = [name for name in DISCOVERED if not isinstance(found.get(name), str)]
    if missing:
        raise Refused(f"the discovery document lacks {', '.join(missing)}")
    if found["issuer"].rstrip("/") != server:
        raise Refused(f"the discovery document is that of {found['issuer']}")
    return dict(found)


def verify_id_token(token: str, *, nonce: str) -> dict[str, Any]:
    """The claims of an identity token made for us, now, for this very sign-in."""
    claims = _verified(token, required=["iss", "sub", "aud", "exp", "iat"])
    if not nonce or not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise Refused("the identity token answers another request (nonce)")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if several and claims.get("azp") != settings.OPENID["client_id"]:
        raise Refused("the identity token was made for another application (azp)")
    return claims


def fetch_userinfo(access_token: str, *, subject: str) -> dict[str, Any]:
    """What the provider says of the person whose identity token was verified."""
    endpoint = discover(settings.OPENID["server"])["userinfo_endpoint"]
    answer = _get(endpoint, headers={"Authorization": f"Bearer {access_token}"})
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "application/jwt":
        claims = _verified(answer.text.strip(), required=["iss", "sub", "aud"])
    elif kind == "application/json" and settings.OPENID["plain_userinfo"]:
        claims = answer.json()
    else:
        raise Refused(f"the answer about the person is not signed ({kind})")
    # OpenID Connect Core 5.3.2: otherwise one person's answer could be put in another's place.
    if not subject or not constant_time_compare(str(claims.get("sub", "")), subject):
        raise Refused("the answer is about somebody else (sub)")
    return dict(claims)


def _verified(token: str, *, required: list[str]) -> dict[str, Any]:
    server = discover(settings.OPENID["server"])
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise Refused(f"algorithm {header.get('alg')} is not accepted")
        key = _key(_get(server["jwks_uri"]).json(), header)
        return jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=settings.OPENID["client_id"],
            issuer=server["issuer"],
            leeway=LEEWAY,
            options={"require": required},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise Refused(f"signed document refused: {error}") from error


def _key(published: dict[str, Any], header: dict[str, Any]) -> jwt.PyJWK:
    """The published signing key that the document names; the only one where it names none."""
    fitting = [
        key
        for key in jwt.PyJWKSet.from_dict(published).keys
        if key.algorithm_name == header["alg"]
        and key.public_key_use in {None, "sig"}
        and ("kid" not in header or key.key_id == header["kid"])
    ]
    if len(fitting) != 1:
        raise Refused(f"no published key fits (kid {header.get('kid')})")
    return fitting[0]


def _get(url: str, headers: dict[str, str] | None = None) -> Any:
    with get_adapter().get_requests_session() as session:
        # A redirection would carry the person's token elsewhere.
        answer = session.get(url, headers=headers or {}, allow_redirects=False)
        answer.raise_for_status()
        if answer.status_code != 200:
            raise Refused(f"{url} answers {answer.status_code}")
        return answer
