"""Health, local mail, and errors in the same clothes as the rest."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from essaim.common.errors import typed
from essaim.common.logs import request_id_var


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """The process answers and its database too (503 otherwise)."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM initiatives_initiative LIMIT 1")
    except Exception:  # any database failure means "not ready", whatever its class
        return JsonResponse({"status": "database"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def local_mail(request: HttpRequest) -> HttpResponse:
    """On a developer's machine only: the messages that the folder holds, newest first."""
    if not settings.SHOW_LOCAL_MAIL:
        raise Http404
    messages = []
    for path in sorted(Path(settings.MAIL_FOLDER).glob("*.log"), reverse=True)[:50]:
        for raw in path.read_bytes().split(b"-" * 79):
            if not raw.strip():
                continue
            message = email.message_from_bytes(raw.strip(), policy=email.policy.default)
            body = message.get_body(("plain",))
            messages.append(
                {
                    "to": message["To"],
                    "subject": message["Subject"],
                    "date": message["Date"],
                    "body": body.get_content() if body else "",
                }
            )
    return render(request, "common/local_mail.html", {"mails": messages})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", {"typed": _typed(request)}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", {"typed": _typed(request)}, status=404)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """A right lost while a form was open loses no text. Nothing of an address without a view:
    its body was not read."""
    if request.method != "POST" or request.resolver_match is None:
        return []
    return typed(request)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", {"request_id": request_id_var.get()}, status=500)
