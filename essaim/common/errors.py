"""Errors a person can act on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class DomainError(Exception):
    """A rule of the product says no; ``message`` tells the person what to do.

    ``field`` names the form field it belongs to, where there is one.
    """

    def __init__(self, message: Any, *, field: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The session expired or the page was open elsewhere: give back what was typed."""
    context = {"typed": typed(request), "back": request.path}
    return render(request, "403_csrf.html", context, status=403)


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What the person had typed in the form that is refused; secrets are left out."""
    return [
        (key, value)
        for key in request.POST
        if not key.startswith("csrf") and "password" not in key and "code" not in key
        for value in request.POST.getlist(key)
        if value.strip()
    ]
