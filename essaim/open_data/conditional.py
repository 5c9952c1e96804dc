"""Answers that a client need not download twice."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

JSON = "application/json"


def etag_of(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def dumps(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def answer(
    request: HttpRequest,
    value: Any,
    *,
    modified: dt.datetime | None = None,
    content_type: str = JSON,
    max_age: int = 60,
) -> HttpResponse:
    """The value as JSON (bytes as they are), or 304 where the client has it already. What a token
    reads is for its bearer alone."""
    body = value if isinstance(value, bytes) else dumps(value)
    response = HttpResponse(body, content_type=content_type)
    response["ETag"] = etag = etag_of(body)
    private = getattr(request, "api_token", None) is not None
    response["Cache-Control"] = "private, no-cache" if private else f"public, max-age={max_age}"
    stamp = None
    if modified is not None:
        stamp = int(modified.timestamp())
        response["Last-Modified"] = http_date(stamp)
    if request.method != "GET":
        # What a write must match was looked at before it was done.
        return response
    found = get_conditional_response(request, etag=etag, last_modified=stamp, response=response)
    assert isinstance(found, HttpResponse)
    return found
