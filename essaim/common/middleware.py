"""Small middlewares: a request id, a limit on bodies, the reader's language."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from essaim.common.logs import request_id_var

Handler = Callable[[HttpRequest], HttpResponse]


def request_id(get_response: Handler) -> Handler:
    """Every request has an id, in its logs and in the answer's ``X-Request-Id``."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        value = given if given.isalnum() and len(given) <= 64 else uuid.uuid4().hex
        token = request_id_var.set(value)
        try:
            response = get_response(request)
        finally:
            request_id_var.reset(token)
        response["X-Request-Id"] = value
        return response

    return middleware


def limit_body(get_response: Handler) -> Handler:
    """Refuse a body larger than ``MAX_BODY`` before reading it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > settings.MAX_BODY:
            with translation.override(_language(request)):
                return render(
                    request,
                    "413.html",
                    {"limit_mb": settings.MAX_BODY // 1024 // 1024},
                    status=413,
                )
        return get_response(request)

    return middleware


def _language(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def language(get_response: Handler) -> Handler:
    """French unless the reader chose otherwise on the site.

    The browser's Accept-Language is not consulted: an office computer set up in English
    would hide the service's first language from a French agent.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        code = _language(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware
