"""What every request from elsewhere passes: API, feeds, widgets, files.

Outermost of the site's own middlewares, so that whatever happens inside (no such address, too
large a body, a fault) leaves below /api as a problem that a program can read. Cookies are never
read there: a browser that is signed in here is nobody to the API, and no page of another site
can act in its name.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.utils.translation.trans_real import parse_accept_lang_header

from essaim.open_data.actions.limits import Quota, count_request
from essaim.open_data.actions.tokens import find_token, note_use, why_closed
from essaim.open_data.problems import CONTENT_TYPE, Problem

logger = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]

API = "/api/"
WIDGETS = "/widget/"
WITHOUT_COOKIES = (API, WIDGETS, "/flux/", "/sitemap", "/robots.txt", "/donnees/fichiers/")
EXPOSED = "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After"
# Pages and the description of the API: read once, by a person or a tool.
UNCOUNTED = ("/api/v1/docs", "/api/v1/openapi.json")


def gate(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(WITHOUT_COOKIES):
            return get_response(request)
        _forget_cookies(request)
        if not request.path_info.startswith(API):
            return get_response(request)
        head = request.method == "HEAD"
        if head:
            request.method = "GET"
        with override(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)):
            response = _answer(request, get_response)
        if head:
            request.method, response.content = "HEAD", b""
        return response

    return middleware


def _answer(request: HttpRequest, get_response: Handler) -> HttpResponse:
    quota: Quota | None = None
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        response = _preflight()
    else:
        try:
            quota = _let_in(request)
            response = get_response(request)
        except Problem as problem:
            response = problem.answer()
            quota = getattr(request, "quota", None)
        except DatabaseError:
            logger.exception("the database does not answer")
            response = Problem(503, headers={"Retry-After": "30"}).answer()
        response = _as_problem(response)
    if quota is not None:
        policy = "token" if getattr(request, "api_token", None) else "anonymous"
        response["RateLimit-Policy"] = f'"{policy}";q={quota.limit};w=60'
        response["RateLimit"] = f'"{policy}";r={quota.remaining};t={quota.reset}'
    # What is public may be read from any page; cookies never travel with it.
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = EXPOSED
    # Not the cookie, which was never read.
    response["Vary"] = "Accept-Language, Authorization"
    return response


def _let_in(request: HttpRequest) -> Quota | None:
    """Whose request it is, and whether they may ask once more. Raises Problem."""
    request.api_token = None  # type: ignore[attr-defined]
    given = request.headers.get("Authorization", "")
    limits = settings.OPEN_DATA
    if given:
        kind, _sep, text = given.partition(" ")
        token = find_token(text.strip()) if kind.lower() == "bearer" else None
        if token is None:
            # Guesses are counted as any request of their address.
            _count(request, _address_key(request), limits["anonymous_per_minute"])
            raise Problem(
                401,
                why_closed(text.strip()),
                headers={"WWW-Authenticate": 'Bearer realm="api", error="invalid_token"'},
            )
        request.api_token = token  # type: ignore[attr-defined]
        quota = _count(request, f"token:{token.pk}", limits["token_per_minute"])
        note_use(token)
        return quota
    if request.path_info in UNCOUNTED:
        return None
    return _count(request, _address_key(request), limits["anonymous_per_minute"])


def _count(request: HttpRequest, client: str, limit: int) -> Quota:
    quota = count_request(client, limit)
    request.quota = quota  # type: ignore[attr-defined]
    if quota.is_exceeded:
        raise Problem(
            429,
            _("Revenez dans %(seconds)s s.") % {"seconds": quota.reset},
            headers={"Retry-After": str(quota.reset)},
        )
    return quota


def _address_key(request: HttpRequest) -> str:
    """A digest with the site's key: who reads the counters learns no address."""
    address = client_address(request)
    key = hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256)
    return f"address:{key.hexdigest()[:32]}"


def client_address(request: HttpRequest) -> str:
    """As the nearest of the declared proxies wrote it."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and forwarded and forwarded[0]:
        return forwarded[-proxies] if len(forwarded) >= proxies else forwarded[0]
    return str(request.META.get("REMOTE_ADDR", ""))


def _forget_cookies(request: HttpRequest) -> None:
    """The reader's language alone is left, from what the program asks for; a frame in another
    site asks by the name that whoever copies its address reads."""
    request.META.pop("HTTP_COOKIE", None)
    name = "langue" if request.path_info.startswith(WIDGETS) else "lang"
    language = request.GET.get(name, "")
    if language not in dict(settings.LANGUAGES):
        wanted: Any = parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200])
        known = [code[:2] for code, _quality in wanted if code[:2] in dict(settings.LANGUAGES)]
        language = known[0] if known and request.path_info.startswith(API) else ""
    request.COOKIES = {settings.LANGUAGE_COOKIE_NAME: language} if language else {}  # type: ignore[misc]


def _preflight() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Access-Control-Allow-Methods"] = "GET, HEAD, POST, PATCH, OPTIONS"
    response["Access-Control-Allow-Headers"] = (
        "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
    )
    response["Access-Control-Max-Age"] = "86400"
    return response


def _as_problem(response: HttpResponse) -> HttpResponse:
    """Errors that were made elsewhere on the site, with the headers that say more of them."""
    if response.status_code < 400 or response.headers.get("Content-Type") == CONTENT_TYPE:
        return response
    kept = {
        name: response[name]
        for name in ("Allow", "Retry-After", "WWW-Authenticate", "X-Request-ID")
        if name in response
    }
    return Problem(response.status_code, headers=kept).answer()
