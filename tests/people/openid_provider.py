"""A real OpenID provider in a process of its own, with ProConnect's profile and chosen faults.

``python openid_provider.py PORT``. To the provider of the package ``oidc-provider-mock`` it adds
what ProConnect does: userinfo as a signed document, and one scope for each claim. ``PUT /fault``
(``{"kind": "bad_signature"}``) makes its next answers wrong in one way; ``{"kind": ""}`` mends it.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import flask
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from oidc_provider_mock import _app as mock
from oidc_provider_mock import _storage

SCOPES = ("given_name", "usual_name", "uid", "siret")
CLIENT = "essaim"
fault = {"kind": ""}
seen: dict[str, Any] = {}
stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def sign(claims: dict[str, Any], kind: str) -> str:
    """As the provider would, or wrongly in the way of this kind."""
    own = mock.storage.jwk
    published = own.as_dict()
    headers = {"kid": published["kid"]} if "kid" in published else {}
    if kind == "none":
        return jwt.encode(claims, "", algorithm="none", headers=headers)
    if kind == "shared_secret":
        return jwt.encode(claims, "s" * 40, algorithm="HS256", headers=headers)
    if kind == "unknown_key":
        headers = {"kid": "another"}
    key: Any = stranger
    if kind != "bad_signature":
        key = jwt.PyJWK.from_dict({**own.as_dict(is_private=True), "alg": "RS256"}).key
    return jwt.encode(claims, key, algorithm="RS256", headers=headers)


def wrong(claims: dict[str, Any], kind: str) -> dict[str, Any]:
    now = int(time.time())
    changes: dict[str, Any] = {
        "wrong_audience": {"aud": "another-application"},
        "wrong_issuer": {"iss": "http://elsewhere.example"},
        "wrong_subject": {"sub": "somebody-else"},
        "expired": {"exp": now - 3600},
        "wrong_nonce": {"nonce": "of another request"},
    }
    return claims | changes.get(kind, {})


def make() -> flask.Flask:
    mock._SCOPES_TO_CLAIMS |= {scope: [scope] for scope in SCOPES}
    _storage.Client.SCOPES_SUPPORTED = (*_storage.Client.SCOPES_SUPPORTED, *SCOPES)
    app = mock.app(require_nonce=True)

    @app.put("/fault")
    def set_fault() -> tuple[str, int]:
        fault["kind"] = flask.request.json["kind"]
        return "", 204

    @app.get("/seen")
    def tell_seen() -> Any:
        return flask.jsonify(seen)

    @app.after_request
    def like_proconnect(answer: flask.Response) -> flask.Response:
        path, kind = flask.request.path, fault["kind"]
        if path == "/oauth2/authorize" and flask.request.method == "GET":
            seen["authorize"] = dict(flask.request.args)
        if path == "/oauth2/token":
            seen["token"] = dict(flask.request.form)
        if path == "/oauth2/end_session":
            seen["end_session"] = dict(flask.request.args)
        if path == "/userinfo" and answer.status_code == 200 and kind != "plain":
            now = int(time.time())
            issuer = flask.request.host_url.rstrip("/")
            claims = {**answer.json, "iss": issuer, "aud": CLIENT, "iat": now, "exp": now + 60}
            answer.set_data(sign(wrong(claims, kind), kind))
            answer.content_type = "application/jwt"
        if path == "/oauth2/token" and kind.startswith("id_token:") and answer.status_code == 200:
            kind = kind.removeprefix("id_token:")
            token = answer.json
            claims = jwt.decode(token["id_token"], options={"verify_signature": False})
            token["id_token"] = sign(wrong(claims, kind), kind)
            answer.set_data(flask.json.dumps(token))
        return answer

    return app


if __name__ == "__main__":
    make().run(host="127.0.0.1", port=int(sys.argv[1]), debug=False, threaded=True)
