"""What each request of a signed-in person passes: its session is seen, its second factor asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from pghistory.middleware import HistoryMiddleware

from essaim.people import rules

Handler = Callable[[HttpRequest], HttpResponse]

SEEN = "seen_at"
# What someone without the second factor asked of them may still open.
WITHOUT_SECOND_FACTOR = {
    "account_logout",
    "account_reauthenticate",
    "account_email",  # a second factor needs a confirmed address
    "account_email_verification_sent",
    "set_language",
    "common:live",
    "common:ready",
    "common:local_mail",
    "people:openid_logout",
    "people:openid_logged_out",
}


def session_activity(get_response: Handler) -> Handler:
    """Note, at most every SESSION_SEEN_SECONDS, when and from where a session was last used.

    An access record: with downloads, the only thing that reading a page writes.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            now = int(time.time())
            if now - request.session.get(SEEN, 0) >= settings.SESSION_SEEN_SECONDS:
                request.session[SEEN] = now
                UserSession.objects.create_from_request(request)
        return get_response(request)

    return middleware


def second_factor(get_response: Handler) -> Handler:
    """Whoever must have a second factor and has none activates it first, whatever they ask."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if (
            settings.REQUIRE_SECOND_FACTOR
            and rules.needs_second_factor(request.user)
            and not _is_open(request.path_info)
            and not is_mfa_enabled(request.user)
        ):
            return redirect("mfa_index")
        return get_response(request)

    return middleware


class History(HistoryMiddleware):
    """Whose request wrote a row of history, and where. The token of a personal link is a key:
    what cannot be erased does not hold it."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request)
        try:
            token = resolve(request.path_info).kwargs.get("token")
        except Resolver404:
            return context
        if token:
            context["url"] = context["url"].replace(token, "…")
        return context


def _is_open(path: str) -> bool:
    try:
        name = resolve(path).view_name
    except Resolver404:
        return True
    return name in WITHOUT_SECOND_FACTOR or name.startswith("mfa_")
